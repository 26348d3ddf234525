// @ts-check
import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createRegistry, describeFields, fromModule } from '@lockstep/steps'
import { page } from './page.js'

export const PAGE = 'step.md'

/** The module of the step in the working directory, as it is written. */
export async function findStep() {
  for (const name of ['step.ts', 'step.js']) {
    const file = resolve(name)
    if (
      await access(file).then(
        () => true,
        () => false,
      )
    )
      return file
  }
  throw new Error('There is no step.ts here. Run this in the folder of the step.')
}

/** The page about the step types of the module. @throws AppError when a definition is faulty. */
export async function writePage() {
  const file = await findStep()
  const { default: exported } = await import(pathToFileURL(file).href)
  const types = createRegistry(fromModule(file, exported)).list()
  return `${types.map((it) => page(it, describeFields(it))).join('\n')}`
}
