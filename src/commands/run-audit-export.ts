import { createReadStream } from 'node:fs'
import { open, stat, truncate } from 'node:fs/promises'
import { type Exported, exportLog, nothingExported } from '../audit/export.ts'
import { linesIn, readFileLine } from '../audit/file-lines.ts'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import { openAuditSnapshot } from '../store/audit-rows.ts'
import { chosen } from './run-audit-verify.ts'
import { runCommand } from './run-command.ts'

export interface ExportOptions {
  workspace?: string
  after?: number
  output?: string
}

/** Writes the log and ends the process with its exit code. */
export function runAuditExport(config: Config, options: ExportOptions): Promise<never> {
  return runCommand('audit', config, async ({ url }) => {
    const done = await alreadyDone(options)
    const file = options.output === undefined ? undefined : await open(options.output, 'a', 0o600)
    const snapshot = await openAuditSnapshot(url)
    try {
      const write = async (text: string) => (file ? file.appendFile(text) : print(text))
      const workspaces = await chosen(snapshot, options.workspace)
      const rows = await exportLog({ snapshot, write }, workspaces, done)
      await file?.sync()
      process.stderr.write(`Exported ${rows} rows of ${workspaces.length} logs.\n`)
      return 0
    } finally {
      await Promise.all([snapshot.close(), file?.close()])
    }
  })
}

const print = (text: string) =>
  new Promise<void>((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()))
  })

/** @throws AppError INVALID_CONFIG for options that do not go together, or a file that is no export. */
async function alreadyDone({ workspace, after, output }: ExportOptions): Promise<Exported> {
  const done = nothingExported()
  if (after !== undefined) {
    if (workspace === undefined || output !== undefined)
      throw new AppError('INVALID_CONFIG', '--after needs --workspace, and goes without --output.')
    done.rows.set(workspace, after)
  }
  if (output !== undefined && (await stat(output).catch(() => undefined))) await resume(output, done)
  return done
}

/** Reads what a file has. Half a line at its end, of an export that was ended, is taken away. */
async function resume(file: string, done: Exported): Promise<void> {
  let whole = 0
  let number = 0
  for await (const { text, end, isWhole } of linesIn(createReadStream(file))) {
    if (!isWhole) break
    number++
    const line = readFileLine(text)
    if (!line) {
      const advice = 'Verify it (`lockstep audit verify FILE`), and export to another file.'
      throw new AppError('INVALID_CONFIG', `Line ${number} of ${file} is none of an export. ${advice}`)
    }
    const { row, signer, cut } = line
    if (row) done.rows.set(row.workspace, Math.max(row.sequence, done.rows.get(row.workspace) ?? 0))
    if (signer) done.signers.add(signer.fingerprint)
    if (cut) done.cuts.add(`${cut.workspace} ${cut.sequence}`)
    whole = end
  }
  await truncate(file, whole)
}
