import { commandsPage } from './commands-page.ts'

/** The pages of docs that are made, by their file. */
export const pages: Readonly<Record<string, () => string>> = {
  'docs/commands.md': commandsPage,
}
