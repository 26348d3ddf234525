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
