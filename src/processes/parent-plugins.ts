import { AppError } from '../errors.ts'
import { packError, readError } from '../plugin-process/read-error.ts'
import { isRecord } from '../plugin-process/read-message.ts'
import type { Plugins, Question } from './plugins.ts'

/**
 * The API of `lockstep start` may start no process. So its parent has the processes of plugins for it, and it asks over the
 * channel between the two: at the start for all definitions, and later for what the code of one has to decide.
 */

/** Whether this process has to ask. */
export const asksParent = (): boolean =>
  process.permission !== undefined && !process.permission.has('child') && process.connected

export function parentPlugins(): Plugins {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>()
  let count = 0
  const heard = (message: unknown) => {
    if (!isRecord(message) || typeof message['answer'] !== 'number') return
    const { answer, value, error } = message
    const it = waiting.get(answer)
    waiting.delete(answer)
    if (waiting.size === 0) process.channel?.unref()
    if (error) it?.reject(readError(error))
    else it?.resolve(value)
  }
  process.on('message', heard)
  process.channel?.unref()
  const ask = (question: object): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = count++
      waiting.set(id, { resolve, reject })
      // Without it, the process ends when it waits for nothing else.
      process.channel?.ref()
      process.send?.({ question: id, ...question })
    })
  return {
    describe: async () => (await ask({ describe: true })) as Awaited<ReturnType<Plugins['describe']>>,
    ask: (index, question) => ask({ index, ask: question }),
    run: async () => {
      throw new AppError('STEP_FAILED', 'Only a worker runs steps.')
    },
    close: async () => void process.off('message', heard),
  }
}

/**
 * Answers questions of {@link parentPlugins}.
 *
 * @param plugins opened when the first question comes.
 * @returns what a message is answered with; undefined for any other message.
 */
export function answerAbout(plugins: () => Plugins): (message: unknown) => Promise<object | undefined> {
  return async (message) => {
    if (!isRecord(message) || typeof message['question'] !== 'number') return undefined
    const { question: answer, describe, index, ask } = message
    try {
      const value = describe
        ? await plugins().describe()
        : await plugins().ask(Number(index), readQuestion(ask))
      return { answer, value }
    } catch (error) {
      return { answer, error: packError(error) }
    }
  }
}

/** The API asks; an attacker inside it could ask anything, and is given what the code of a plugin says of it. */
function readQuestion(asked: unknown): Question {
  const { type, key, raw, from } = isRecord(asked) ? asked : {}
  return { type: String(type), key: String(key), raw, ...(typeof from === 'number' && { from }) }
}
