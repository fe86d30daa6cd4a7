/** Texts of one call that travel together: to a thread, and again to another if that one dies. */
export interface Job {
  readonly call: Call
  /** Positions in the call's texts. */
  readonly places: readonly number[]
  readonly texts: readonly string[]
  readonly chars: number
  attempts: number
}

/** One call of encode(). Its texts stay with the caller until there is room for the next of them. */
export interface Call {
  readonly texts: readonly string[]
  /** Positions in `texts`, shortest text first, and how many of them have become jobs. */
  readonly order: readonly number[]
  next: number
}

export interface QueueBounds {
  maxTexts: number
  maxChars: number
  /** Characters of one text that are kept; what follows is not encoded. */
  maxCharsPerText: number
}

export interface Queue {
  /** Lets a call wait for room. */
  enter(call: Call): void
  /** The next job to be done; it counts as held until `finish`. */
  take(): Job | undefined
  /** Puts back a job that was not done, before all others. */
  putBack(job: Job): void
  finish(job: Job): void
  /** Forgets what a call still has waiting. Its jobs in hand end with `finish`. */
  drop(call: Call): void
  /** What waits to be taken or is in hand, beyond what callers still hold themselves. */
  held(): { texts: number; chars: number }
}

/** Texts and characters of one job: some ten milliseconds of work, so that a question waits no longer than that. */
const JOB_TEXTS = 32
const JOB_CHARS = 65_536

/**
 * A line of calls before a bounded room of jobs. Never more than `maxTexts` and `maxChars` are in the room.
 * Calls take turns job by job; calls of one text go first, since somebody waits for the answer to a question.
 */
export function createQueue({ maxTexts, maxChars, maxCharsPerText }: QueueBounds): Queue {
  const questions: Call[] = []
  const calls: Call[] = []
  let jobs: Job[] = []
  const held = { texts: 0, chars: 0 }

  /** Makes jobs of the texts that wait, as far as there is room. */
  function admit(): void {
    for (let line = questions; ; ) {
      if (line.length === 0) line = calls
      const call = line[0]
      if (call === undefined) return
      const job = jobOf(call)
      if (held.texts + job.texts.length > maxTexts || held.chars + job.chars > maxChars) return
      held.texts += job.texts.length
      held.chars += job.chars
      if (line === questions) jobs.splice(jobs.findLastIndex(isQuestion) + 1, 0, job)
      else jobs.push(job)
      call.next += job.places.length
      line.shift()
      if (call.next < call.order.length) line.push(call)
    }
  }

  function jobOf(call: Call): Job {
    const places: number[] = []
    const texts: string[] = []
    let chars = 0
    for (const place of call.order.slice(call.next, call.next + Math.min(JOB_TEXTS, maxTexts))) {
      const text = cut(call.texts[place] ?? '', maxCharsPerText)
      if (texts.length > 0 && chars + text.length > Math.min(JOB_CHARS, maxChars)) break
      places.push(place)
      texts.push(text)
      chars += text.length
    }
    return { call, places, texts, chars, attempts: 0 }
  }

  function release(job: Job): void {
    held.texts -= job.texts.length
    held.chars -= job.chars
  }

  return {
    enter(call) {
      if (call.order.length === 1) questions.push(call)
      else calls.push(call)
      admit()
    },
    take: () => jobs.shift(),
    putBack: (job) => {
      jobs.unshift(job)
    },
    finish(job) {
      release(job)
      admit()
    },
    drop(call) {
      for (const line of [questions, calls]) if (line.includes(call)) line.splice(line.indexOf(call), 1)
      for (const job of jobs) if (job.call === call) release(job)
      jobs = jobs.filter((job) => job.call !== call)
      admit()
    },
    held: () => ({ ...held }),
  }
}

const isQuestion = (job: Job): boolean => job.call.order.length === 1

/** The beginning of a text, at most `limit` UTF-16 units and never half of a surrogate pair. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text
  const code = text.charCodeAt(limit - 1)
  return text.slice(0, code >= 0xd800 && code <= 0xdbff ? limit - 1 : limit)
}
