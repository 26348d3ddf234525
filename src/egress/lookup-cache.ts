import type { Lookup, ResolvedAddress } from './destination.ts'

/** How long an answer is used, in milliseconds, from the moment of the question. */
const LOOKUP_MS = 1_000
const MAX_NAMES = 1_000

interface Question {
  askedAt: number
  answer: Promise<readonly ResolvedAddress[]>
}

/**
 * Asks for a name once a second at most, however many requests go there. What is found is checked for every request all
 * the same, and what was checked is connected to: a name server that changes its mind within the second gains nothing.
 */
export function rememberBriefly(lookup: Lookup, now: () => number = () => performance.now()): Lookup {
  const questions = new Map<string, Question>()
  return (host) => {
    const known = questions.get(host)
    const askedAt = now()
    if (known && askedAt < known.askedAt + LOOKUP_MS) return known.answer
    const question = { askedAt, answer: lookup(host) }
    questions.delete(host)
    questions.set(host, question)
    const [oldest] = questions.keys()
    if (oldest !== undefined && questions.size > MAX_NAMES) questions.delete(oldest)
    question.answer.catch(() => {
      if (questions.get(host) === question) questions.delete(host)
    })
    return question.answer
  }
}
