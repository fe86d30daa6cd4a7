import type { ConceptSource } from './source.ts'

/** Prompts that are off the topic of their service. Nothing is fitted: each house learns it from what its services are asked. */
export const offTopic: ConceptSource = {
  name: 'off-topic',
  description: 'The prompt asks for something that its service is not asked for otherwise.',
  definition:
    'By the distance to what the service was asked first, each service of each tenant by itself; one prompt in fifty of those on the topic is as far. Said once a service (the field service) has had 300 different prompts over two days, and never learnt anew from later ones. Before that, and without a service, nothing is said.',
  version: 1,
  reads: 'prompt',
  aliases: ['go off topic', 'be unrelated to service', 'have nothing to do with service'],
  nouns: [
    'off-topic',
    'off topic',
    'off-topic prompt',
    'off-topic question',
    'off-topic request',
    'off topic question',
    'out of scope',
    'out-of-scope question',
  ],
  confusions: [
    'What a service was never asked before although it is there for it, such as a new product',
    'Languages and terms that the model does not know',
    'Off-topic prompts that were common when the service was learnt',
  ],
  texts: () => [],
  fact: { fact: 'off_topic' },
}
