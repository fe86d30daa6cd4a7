import { seeded } from '../src/stats/seeded.ts'
import {
  ASKING,
  BRIEF,
  COURTESIES,
  ENDINGS,
  HARD_LINES,
  HITCHES,
  INTRODUCED,
  LESSONS,
  LETTERS,
  LOST,
  MACHINE,
  MISSING,
  NO_SELF,
  NO_VIEW,
  NOUNS,
  OFFERS,
  PROMISES,
  REGRETS,
  REMEDIES,
  SALUTES,
  SELF,
  SIGHS,
  SIGNED,
  SKILLS,
  SORRIES,
  TROUBLES,
  VALUES,
  VERBS,
  WARNINGS,
  WAYS_ON,
  YET,
} from './answer-phrases.ts'
import {
  BODIES,
  CLOSINGS,
  DISCLAIMERS,
  FIRST_PERSONAS,
  OPENERS,
  PERSONAS,
  REASONS,
  ROLES,
  SECOND_PERSONAS,
  SERMONS,
  STARTS,
  SUBJECTS,
  TURNS,
  UNABLE,
} from './refusal-phrases.ts'

/**
 * Answers of an assistant, written for this project: refusals in many wordings, and answers that are none although
 * they apologise, warn, correct, disclaim or speak of refusing. Both kinds speak of the same subjects, so that what a
 * classifier learns is the manner and not the subject.
 * @param byHand texts that follow no pattern; they are taken as they are
 * @param seed chooses among the combinations; the same seed gives the same texts
 */
export function refusalTexts(byHand: readonly OwnText[], seed = 1): OwnText[] {
  const random = seeded(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const maybe = (share: number, make: () => string): string => (random() < share ? make() : '')
  const texts = new Map<string, OwnText>()
  const add = (text: string, label: OwnText['label'], group: string) => {
    const clean = text.replace(/ +/g, ' ').trim()
    texts.set(clean, { text: clean, label, group })
  }

  for (const [i, { text, label, group }] of byHand.entries()) add(text, label, `${group}-${i % 10}`)
  const short = byHand.filter((own) => own.label === 'refusal' && own.group === 'short').map((own) => own.text)

  for (const [i, subject] of SUBJECTS.entries()) {
    for (let n = 0; n < 5; n++)
      add(
        `${pick(OPENERS)} ${pick(UNABLE)(subject)}${maybe(0.55, () => ` ${pick(REASONS)(subject)}`)}${maybe(0.5, () => ` ${pick(TURNS)(subject)}`)}${maybe(0.5, () => ` ${pick(CLOSINGS)}`)}`,
        'refusal',
        `refusal-${i % 10}`,
      )
    add(
      `${pick(SERMONS)(subject)} ${pick(REASONS)(subject)} ${pick(TURNS)(subject)} ${maybe(0.5, () => pick(CLOSINGS))}`,
      'refusal',
      `sermon-${i % 10}`,
    )
    add(
      `${pick(PERSONAS)} ${pick(OPENERS)} ${pick(UNABLE)(subject)} ${pick(REASONS)(subject)} ${maybe(0.5, () => pick(CLOSINGS))}`,
      'refusal',
      `persona-${i % 10}`,
    )
    add(`${pick(short)} ${pick(TURNS)(subject)}`, 'refusal', `short-turn-${i % 10}`)

    add(
      `${pick(STARTS)(subject)}\n\n${pick(BODIES)(subject)}${maybe(0.4, () => `\n\n${pick(ENDINGS)}`)}`,
      'compliance',
      `answer-${i % 10}`,
    )
    add(`${pick(BODIES)(subject)} ${maybe(0.5, () => pick(BODIES)(subject))}`, 'compliance', `body-${i % 10}`)
    add(
      `${pick(DISCLAIMERS)(subject)} ${pick(BODIES)(subject)} ${maybe(0.4, () => pick(ENDINGS))}`,
      'compliance',
      `disclaimer-${i % 10}`,
    )
    add(`${pick(PERSONAS)} ${pick(ROLES)(subject)} ${pick(BODIES)(subject)}`, 'compliance', `role-${i % 10}`)
    add(
      `${pick(FIRST_PERSONAS)} ${pick(OPENERS)} ${pick(UNABLE)(subject)}\n\n${pick(SECOND_PERSONAS)} ${pick(ROLES)(subject)} ${pick(BODIES)(subject)}`,
      'compliance',
      `two-voices-${i % 10}`,
    )
    add(
      `${pick(FIRST_PERSONAS)} ${pick(OPENERS)} ${pick(UNABLE)(subject)}\n\n${pick(SECOND_PERSONAS)} ${pick(SIGHS)} ${maybe(0.5, () => pick(UNABLE)(subject))} ${pick(SERMONS)(subject)} ${maybe(0.5, () => pick(TURNS)(subject))}`,
      'refusal',
      `two-refusals-${i % 10}`,
    )
    add(
      `${pick(SECOND_PERSONAS)} ${pick(ROLES)(subject)} ${pick(BODIES)(subject)} ${pick(WARNINGS)(subject)}`,
      'compliance',
      `warned-${i % 10}`,
    )
    add(
      `${pick(SECOND_PERSONAS)} ${pick(SIGHS)} ${pick(SERMONS)(subject)} ${pick(TURNS)(subject)}`,
      'refusal',
      `sigh-${i % 10}`,
    )
    for (let n = 0; n < 2; n++) {
      add(
        `${pick(NO_VIEW)} ${maybe(0.7, () => pick(LESSONS))} ${maybe(0.3, () => pick(LESSONS))}`,
        'refusal',
        `no-view-${(i + n) % 10}`,
      )
      add(
        `${pick(NO_VIEW).replace(/\.$/, pick(['.', '.', ',']))} ${pick(YET)(subject)} ${pick(BODIES)(subject)} ${maybe(0.3, () => pick(LESSONS))}`.replace(
          /, (However|That said|Still),/,
          ', but',
        ),
        'compliance',
        `view-of-others-${(i + n) % 10}`,
      )
    }
    add(`${pick(SORRIES)} ${pick(BODIES)(subject)}`, 'compliance', `sorry-${i % 10}`)
    for (let n = 0; n < 2; n++) {
      const [fold, { thing }] = [(i + n) % 10, subject]
      add(
        `${pick(NO_SELF)} ${pick(SELF)} ${maybe(0.4, () => pick(SELF))} ${maybe(0.3, () => pick(OFFERS))}`,
        'compliance',
        `self-${fold}`,
      )
      add(`${maybe(0.8, () => pick(LOST))} ${pick(MISSING)(thing)} ${pick(ASKING)}`, 'compliance', `asking-${fold}`)
      add(
        `${pick(SALUTES)}\n\n${pick(LETTERS)(thing)} ${maybe(0.5, () => pick(LETTERS)(thing))} ${pick(COURTESIES)}\n\n${pick(SIGNED)}`,
        'compliance',
        `letter-${fold}`,
      )
      add(`${pick(INTRODUCED)} ${pick(SKILLS)} ${maybe(0.6, () => pick(SKILLS))}`, 'compliance', `profile-${fold}`)
    }
    add(
      `${pick(PROMISES)} ${pick(BODIES)(subject)} ${maybe(0.6, () => pick(OFFERS))}`,
      'compliance',
      `promise-${i % 10}`,
    )
    for (let n = 0; n < 3; n++) {
      add(
        `${pick(REGRETS)} ${pick(TROUBLES)}. ${pick(REMEDIES)}${maybe(0.3, () => ` ${pick(ENDINGS)}`)}`,
        'compliance',
        `regret-${(i + n) % 10}`,
      )
      add(`${pick(HITCHES)(subject)} ${pick(WAYS_ON)(subject)}`, 'compliance', `hitch-${(i + n) % 10}`)
    }
    for (let n = 0; n < 3; n++) {
      const [noun, verb, value] = [pick(NOUNS), pick(VERBS), pick(VALUES)]
      add(pick(MACHINE)(noun, verb, value), 'compliance', `machine-${(i + n) % 10}`)
      add(pick(BRIEF)(noun, verb, value), 'compliance', `brief-${(i + n) % 10}`)
    }
    add(
      `${pick(REGRETS)} ${pick(TROUBLES)}, but ${pick(HARD_LINES)} ${maybe(0.4, () => pick(CLOSINGS))}`,
      'refusal',
      `line-${i % 10}`,
    )
  }
  return [...texts.values()]
}

export interface OwnText {
  text: string
  label: 'refusal' | 'compliance'
  /** Texts of one group share wording, so they go into the same fold. */
  group: string
}
