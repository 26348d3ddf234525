import { join } from 'node:path'
import { GitVCSProvider, type VCSProvider } from 'vitest/node'

// Files that tests use without importing them, by a file of the tests that represents them.
const used = [
  ['web', 'test/support/browser.ts'],
  ['plugins', 'test/support/app.ts'],
] as const

/** The input of `--changed`: the changed files, and the representatives of those that no test imports. */
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
