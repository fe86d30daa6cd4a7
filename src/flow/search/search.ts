import type { SearchAsk, SearchNotice } from '../../core/search.ts'
import type { FoundAnswer } from '../../core/stored-search.ts'
import { OFF_TOPIC } from '../../core/topic.ts'
import { embedStage } from '../embed-stage.ts'
import { arranged, isArranged, MOST_ARRANGED } from './arranged.ts'
import { askedSet } from './asked-set.ts'
import { byProbability, byProbabilityOrdered } from './by-concept.ts'
import { writeCursor } from './cursor.ts'
import { everyMeaning, everyWord, SAME_MEANING } from './every.ts'
import { explained } from './explained.ts'
import { type Found, itemsOf } from './items.ts'
import { withoutMeanings } from './left-out.ts'
import { newest } from './newest.ts'
import { readingNotice, topicNotice } from './notices.ts'
import type { PageFound, SearchParts } from './page.ts'
import { type Question, questionOf } from './question.ts'
import { ranked, windowOf } from './ranked.ts'
import { listOf, termsOf } from './terms.ts'
import { withWanted } from './wanted.ts'

/**
 * Answers a question about the log: by meaning, by word, or both; by a concept; or, without either, the newest events
 * that pass the filter. Pages are stable: events stored after the first page was asked for are not part of it.
 * Throws Problem BAD_REQUEST with the path of what cannot be read.
 */
export async function search(parts: SearchParts, { explain, ...ask }: SearchAsk): Promise<FoundAnswer> {
  if (explain !== true) return answered(parts, ask)
  const told = explained(parts)
  const answer = await answered(told.parts, ask)
  return { ...answer, explain: told.explanation(answer.how, answer.items.length) }
}

async function answered(parts: SearchParts, ask: SearchAsk): Promise<FoundAnswer> {
  const asked = questionOf(parts, ask)
  const { engine } = parts
  const size = asked.cursor?.size ?? (await engine.head()).size
  const wanted = await withWanted(engine, asked, size)
  const { question, complete } = await withoutMeanings(parts, wanted.question, size, SAME_MEANING)
  const page = await pageOf(parts, question, size)
  const terms = listOf(termsOf(question.words))
  const { since, until } = question.filter
  const times = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) }
  const from = { size, ...times, ...(question.cursor?.unfold === undefined ? {} : { unfold: question.cursor.unfold }) }
  const { unfold: _, ...folded } = ask
  const unfoldable = (found: Found): Found =>
    found.copies === undefined
      ? found
      : {
          ...found,
          unfold: writeCursor(
            { ...from, ...(page.window === undefined ? {} : { window: page.window }), unfold: found.event_id },
            folded,
          ),
        }
  const meant = { terms, q: page.q, concept: question.concept }
  const [items, told] = await Promise.all([
    itemsOf(parts, page.found.map(unfoldable), meant, question.filter),
    noticesOf(parts, question),
  ])
  const notices = wanted.notice === null ? told : [...told, wanted.notice]
  const set = askedSet(question, page, size, parts.encoder.space.space)
  return {
    items,
    next_cursor: page.next === null ? null : writeCursor({ ...from, ...page.next }, ask),
    ...page.counted,
    ...(question.interpreted === undefined ? {} : { interpreted_as: question.interpreted }),
    not_examined: await notExamined(parts, question),
    how: page.how,
    complete: page.complete && complete,
    ...(notices.length === 0 ? {} : { notices }),
    ...(set === undefined ? {} : { set }),
  }
}

/** What the model makes of the words that it is asked for; of the first page, since they stay the same. */
async function noticesOf(parts: SearchParts, question: Question): Promise<SearchNotice[]> {
  const { ask, words, unlike, cursor, concept, filter } = question
  const byMeaning = ask.mode !== 'keyword' && cursor === null
  const texts = byMeaning ? [words, ...unlike].filter((text) => text !== '') : []
  const reading = texts.length === 0 ? null : await readingNotice(parts.encoder, texts)
  const topics =
    concept?.name === OFF_TOPIC && cursor === null ? await topicNotice(parts.engine, filter.tenant_id) : null
  return [reading, topics].filter((notice) => notice !== null)
}

/** Events that wait to be read, or to be scored by a new version, and those that were read by a former model or concept and whose text is not kept. */
async function notExamined({ engine, encoder }: SearchParts, { concept, filter }: Question): Promise<number> {
  const { space } = encoder.space
  const side = concept === null ? (filter.part ?? 'any') : concept.reads
  const part = side === 'prompt' || side === 'response' ? { part: side } : {}
  const of = concept === null ? { space, ...part } : { concept: concept.name, version: concept.version, ...part }
  const [waiting, unread] = await Promise.all([
    engine.waiting(concept?.pending ?? embedStage(space), filter.tenant_id),
    engine.unexamined(of, filter.tenant_id),
  ])
  return waiting + unread
}

async function pageOf(parts: SearchParts, question: Question, size: number): Promise<PageFound> {
  const { ask, words, concept, scope, cursor, k } = question
  const directed = words !== '' || Boolean(ask.like?.length) || Boolean(ask.unlike?.length)
  // with nothing but filters the store has the orders of time itself
  const plain = !isArranged(ask) || (!directed && concept === null && ask.fold !== true)
  // the whole list is put in order, not a page of it
  const whole: Question = plain
    ? question
    : { ...question, k: MOST_ARRANGED, cursor: cursor === null ? null : { size } }
  const found = async (): Promise<PageFound> => {
    if (concept !== null && !directed) return byProbability(parts, whole, concept, size)
    if (concept !== null) return byProbabilityOrdered(parts, whole, concept, size)
    if (!directed) return newest(parts, whole, size)
    if (scope === 'all')
      return ask.mode === 'keyword' ? everyWord(parts, whole, size) : everyMeaning(parts, whole, size)
    return ranked(parts, whole, size, cursor?.window ?? windowOf(k))
  }
  if (plain) return found()
  const isRanked = concept === null && directed && scope === 'top'
  return arranged(parts, question, await found(), isRanked ? (cursor?.window ?? windowOf(k)) : undefined)
}
