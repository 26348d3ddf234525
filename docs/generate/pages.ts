import { page } from '../../packages/steps/bin/page.js'
import builtIn from '../../plugins/index.ts'
import { describeFields } from '../../src/steps/index.ts'
import { commandsPage } from './commands-page.ts'
import { errorsPage } from './errors-page.ts'
import { settingsPage } from './settings-page.ts'

const steps = builtIn.map((it) => [`docs/steps/${it.type}.md`, () => page(it, describeFields(it))] as const)

/** The pages of docs that are made, by their file. */
export const pages: Readonly<Record<string, () => string>> = {
  'docs/commands.md': commandsPage,
  'docs/settings.md': settingsPage,
  'docs/errors.md': errorsPage,
  ...Object.fromEntries(steps),
}
