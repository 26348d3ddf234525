import { parentPort } from 'node:worker_threads'
import { parseJson } from '../exact-json.ts'
import { createRedactor, type Redactor } from '../redactor/index.ts'
import { Sensitive } from '../sensitive.ts'
import { decryptValue } from '../vault/decrypt-value.ts'
import { sealInNode } from '../vault/seal-in-node.ts'
import type { Answer, Learned, Result, Work } from './requests.ts'

/** One redactor for each unfinished run for which this thread has worked. */
const redactors = new Map<string, Redactor>()

function redactorOf({ run, learned }: { run: string; learned: readonly Learned[] }): Redactor {
  const redactor = redactors.get(run) ?? createRedactor()
  redactors.set(run, redactor)
  for (const [names, value, parts] of learned) redactor.learn(names, new Sensitive(value), parts)
  return redactor
}

async function answer(work: Work): Promise<Result> {
  switch (work.kind) {
    case 'json':
      return other(work.text, JSON.stringify(redactorOf(work).data(parseJson(work.text))))
    case 'text':
      return other(work.text, redactorOf(work).text(work.text))
    case 'find':
      return redactorOf(work).find(work.input)
    case 'seal':
      return sealInNode(work.key, work.at, work.value, work.policy)
    case 'open':
      return decryptValue(work.sealed, work.key)
    case 'forget':
      redactors.delete(work.run)
      return null
  }
}

const other = (before: string, after: string): string | null => (before === after ? null : after)

parentPort?.on('message', async (work: Work) => {
  const given: Answer = await answer(work).then(
    (result) => ({ result }),
    () => ({ failed: true }),
  )
  if (work.kind !== 'forget') parentPort?.postMessage(given)
})
