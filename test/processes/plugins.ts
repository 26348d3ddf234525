import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A step type that posts its text and its attempt, in a repeatable and an unrepeatable variant. */
const source = `
import { defineStep, field } from '@lockstep/steps'

const kind = (type, repeatable) => defineStep({
  type, title: type, description: 'Posts.', output: {}, repeatable,
  fields: { url: field.text({ label: 'URL' }), text: field.text({ label: 'Text', secrets: true }) },
  async run({ url, text }, { http, attempt, idempotencyKey }) {
    const body = JSON.stringify({ text: text.reveal(), attempt, idempotencyKey })
    await http(url, { method: 'POST', body, timeoutMs: 600000 })
    return { sent: text.reveal(), attempt }
  },
})
export default [kind('post-once', false), kind('post-again', true)]
`

/** Writes the module into a folder. @returns its path, for LOCKSTEP_PLUGINS. */
export async function writePostingPlugin(folder: string): Promise<string> {
  const file = join(folder, 'posting.mjs')
  await writeFile(file, source)
  return file
}

const stalling = `
import { defineStep, field } from '@lockstep/steps'

const attempts = {
  'log without end': ({ log, progress }) => {
    for (let line = 0; line < 50_000; line++) {
      log.info('line ' + line + ' ' + 'x'.repeat(200), { line })
      progress(line)
    }
  },
  'log long lines': ({ log }) => { for (let line = 0; line < 10_000; line++) log.info('%25'.repeat(2_600)) },
  'give back very much': () => 'x'.repeat(64 * 1024 * 1024),
  'take all memory': () => { const all = []; for (;;) all.push(Array.from({ length: 1024 }, () => String(Math.random()))) },
  'loop': () => { for (;;) Math.random() },
}
export default defineStep({
  type: 'stalling', title: 'Stalling', description: 'Tries to hold others up.', output: {},
  fields: { attempt: field.text({ label: 'Attempt' }), value: field.text({ label: 'Value', secrets: true }) },
  run: ({ attempt }, context) => attempts[attempt](context),
})
`

/** A step type that tries to hold up its worker. @returns its path, for LOCKSTEP_PLUGINS. */
export async function writeStallingPlugin(folder: string): Promise<string> {
  const file = join(folder, 'stalling.mjs')
  await writeFile(file, stalling)
  return file
}
