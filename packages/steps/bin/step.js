// @ts-check
import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createRegistry, describeFields, fromModule } from '@lockstep/steps'

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
  return `${types.map(page).join('\n')}`
}

/** @param {import('@lockstep/steps').StepType} type */
function page(type) {
  const rows = describeFields(type).map((it) => {
    const words = [it.required && 'required', it.acceptsSecrets && 'takes secrets'].filter(Boolean).join(', ')
    return `| \`${it.name}\` | ${cell(it.label)} | ${it.kind.toLowerCase()} | ${words} | ${cell(it.help ?? '')} |`
  })
  return [
    `# ${type.title}`,
    '',
    type.description,
    '',
    `Its type is \`${type.type}\`.`,
    '',
    '| field | label | kind | | |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    'Its output:',
    '',
    '```json',
    JSON.stringify(type.output, null, 2),
    '```',
    '',
  ].join('\n')
}

/** @param {string} text */
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
