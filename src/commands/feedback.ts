import type { Command } from 'commander'
import { Problem } from '../core/problem.ts'
import type { Estimates } from '../core/search.ts'
import type { UncertainItem } from '../core/stored-search.ts'
import { type About, aboutOf, feedback, withdrawFeedback } from '../flow/feedback.ts'
import { searchKept } from '../flow/searches/rows.ts'
import { showSearch, uncertain } from '../flow/searches/uncertain.ts'
import { openConcepts } from '../roof/concept-files.ts'
import type { House } from '../roof/local-house.ts'
import { recordHere } from '../roof/operator.ts'
import { estimated } from './estimated.ts'
import { inHouse, type OwnerOptions, ofOwner, ownerOf, say } from './of-owner.ts'
import { plain, table } from './table.ts'

interface Options extends OwnerOptions {
  k?: number
  note?: string
}

/** undercurrent feedback uncertain | give | withdraw | show */
export function feedbackCommand(program: Command) {
  const group = program
    .command('feedback')
    .description('says of events whether a search for a set found them rightly: its estimates narrow')
    .addHelpText(
      'after',
      `
A search for every match (search "all refusals") names an id under which a random sample of it can be labelled.

  undercurrent feedback uncertain 2f0c…
  undercurrent feedback give 2f0c… evt_17 yes`,
    )
  const command = (usage: string, about: string) => ofOwner(group, usage, about, 'as that tenant: its searches')

  command('uncertain <search>', 'events whose labels would teach most, in the order in which they are to be labelled')
    .option('-k, --k <n>', 'so many, at most 100', Number, 10)
    .action(async (search_id: string, options: Options, own: Command) =>
      within(own, options, async ({ house, parts, owner }) => {
        const { k = 10 } = options
        if (!Number.isInteger(k) || k < 1 || k > 100) throw new Problem('BAD_REQUEST', 'k is 1 to 100')
        const handed = await uncertain(parts, { search_id, k }, owner.tenant_id ?? null)
        const event_ids = handed.items.map(({ event_id }) => event_id)
        await recordHere(house, { action: 'search.uncertain', asked: { search_id }, event_ids, rows: event_ids.length })
        say(options, handed, () => table(['event', 'reason', 'score', 'what tells'], handed.items.map(lineOf)))
        if (options.json !== true)
          process.stderr.write(`${handed.left} of the sample without a label; ${told(handed.estimates)}\n`)
      }),
    )

  command('give <search> <event> <answer>', 'says whether an event is what the search looks for: yes or no')
    .option('--note <text>', 'why')
    .action(async (search_id: string, event_id: string, answer: string, options: Options, own: Command) => {
      if (answer !== 'yes' && answer !== 'no') throw new Problem('BAD_REQUEST', 'say yes or no')
      await within(own, options, async ({ house, parts, owner }) => {
        const about = await aboutOf(parts, { search_id, event_id }, owner)
        const label = answer === 'yes'
        await recordHere(house, {
          action: 'feedback',
          event_ids: [event_id],
          asked: { ...askedOf(about), search_id, label },
        })
        const note = options.note === undefined ? {} : { note: options.note }
        const given = await feedback(parts, about, { label, search_id, ...note }, owner)
        say(options, given, () => {
          const { counted, estimates } = given.search!
          const counts = counted ? 'counts' : 'does not count: the search did not hand the event out'
          return `${counts}; ${told(estimates)}\n${given.refit.outcome}: ${given.refit.note}`
        })
      })
    })

  command('withdraw <search> <event>', 'takes a label back').action(
    async (search_id: string, event_id: string, options: Options, own: Command) =>
      within(own, options, async ({ house, parts, owner }) => {
        const about = await aboutOf(parts, { search_id, event_id }, owner)
        await recordHere(house, {
          action: 'feedback.withdraw',
          event_ids: [event_id],
          asked: { ...askedOf(about), search_id },
        })
        await withdrawFeedback(parts, about, owner, search_id)
        say(options, { search_id, event_id, withdrawn: true }, () => `${event_id}: withdrawn`)
      }),
  )

  command('show <search>', 'a set that was searched for, with its estimates').action(
    async (search_id: string, options: Options, own: Command) =>
      within(own, options, async ({ house, owner }) => {
        const kept = await searchKept(house.engine, owner.tenant_id ?? null, search_id, house.clock.now())
        const shown = showSearch(kept.search)
        say(options, shown, () => {
          const of = shown.concept === null ? 'near in meaning' : `of ${shown.concept}, version ${shown.version}`
          return `${shown.total} events ${of}, from ${shown.threshold}; ${told(shown.estimates)}`
        })
      }),
  )
}

const within = (command: Command, options: OwnerOptions, work: (opened: Opened) => Promise<void>): Promise<void> =>
  inHouse(command, (house) => work(opened(house, options)))

type Opened = ReturnType<typeof opened>

function opened(house: House, options: OwnerOptions) {
  const { search, drawSet, fitConcept } = house.searching()
  const concepts = openConcepts(house.config.models_dir, house.engine)
  return {
    house,
    parts: { ...house, concepts, search, drawSet, fitConcept },
    owner: { ...ownerOf(house, options), texts: true },
  }
}

const askedOf = (about: About) => (about.of === 'concept' ? { concept: about.key } : {})

function lineOf({ event_id, reason, score, highlights, prompt, response }: UncertainItem): string[] {
  const telling = (highlights.telling ?? highlights.closest)?.text
  return [event_id, reason, score.toFixed(3), plain(telling ?? `${prompt ?? ''} | ${response ?? ''}`, 90)]
}

const told = (estimates: Estimates) => (estimates.labelled === 0 ? 'no labels yet' : estimated(estimates))
