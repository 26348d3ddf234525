import { join } from 'node:path'
import { GitVCSProvider, type VCSProvider } from 'vitest/node'

// What tests use without importing it, by the file of the tests that stands for it.
const used = [
  ['web', 'test/support/browser.ts'],
  ['plugins', 'test/support/app.ts'],
] as const

/** What `--changed` goes by: the changed files, and what stands for those that no test imports. */
export const changedFiles: VCSProvider = {
  async findChangedFiles(options) {
    const files = await new GitVCSProvider().findChangedFiles(options)
    const isChanged = (folder: string) => files.some((it) => it.startsWith(join(options.root, folder, '/')))
    return [
      ...files,
      ...used.flatMap(([folder, file]) => (isChanged(folder) ? join(options.root, file) : [])),
    ]
  },
}
