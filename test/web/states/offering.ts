import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const SOURCE = `
import { defineStep, field } from '@lockstep/steps'
export default defineStep({
  type: 'offer', title: 'Offer', description: 'Offers channels.', icon: 'bell', output: {},
  fields: { channel: field.text({ label: 'Channel' }) },
  choices: { channel: async () => [{ value: 'general', label: 'General' }, { value: 'random' }] },
  run: async () => ({}),
})
`

/** Writes a package with a type of step, `offer`, that asks its service what a field may hold. @returns its folder and its file. */
export async function writeOfferingStep(): Promise<{ folder: string; file: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-offering-'))
  const file = join(folder, 'offer.js')
  await writeFile(join(folder, 'package.json'), '{"name": "offer", "type": "module"}')
  await writeFile(file, SOURCE)
  return { folder, file }
}
