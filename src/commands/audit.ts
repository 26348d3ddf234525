import { type Command, InvalidArgumentError } from 'commander'
import type { Config } from '../config.ts'
import { declare } from './facts.ts'
import type { ExportOptions } from './run-audit-export.ts'
import type { VerifyOptions } from './run-audit-verify.ts'

/** `lockstep audit`: what shows that nobody has changed the audit log. */
export function addAuditCommands(program: Command, config: () => Config): void {
  const audit = program.command('audit').description('verify and export the audit log')
  const verify = audit
    .command('verify')
    .description(
      'find every row that was changed, removed or put elsewhere, in the database or in an exported file',
    )
    .argument('[file]', 'an exported file, - for standard input; without it the database')
    .option('--workspace <id>', 'only the log of this workspace')
    .option(
      '--fingerprint <sha256>',
      'of the root certificate, where the root key itself is not',
      readFingerprint,
    )
    .option(
      '--checkpoints <file>',
      'a log, or any other text, in which checkpoints were kept outside the database',
    )
    .action(async (file: string | undefined, options: VerifyOptions) => {
      const { runAuditVerify, runAuditVerifyFile } = await import('./run-audit-verify.ts')
      return file === undefined ? runAuditVerify(config(), options) : runAuditVerifyFile(file, options)
    })
  const write = audit
    .command('export')
    .description('write the audit log as JSON Lines')
    .option('--workspace <id>', 'only the log of this workspace')
    .option('--after <sequence>', 'only what comes after this row; needs --workspace', readSequence)
    .option('--output <file>', 'append to this file what it does not have yet; without it standard output')
    .action(async (options: ExportOptions) => {
      const { runAuditExport } = await import('./run-audit-export.ts')
      return runAuditExport(config(), options)
    })
  const rows = { rows: 120, from: 1, to: 120 }
  const vouched = { sequence: 120, at: '2026-11-27T09:30:00.000Z' }
  const unlinked = { rows: 1, oldest: '2026-11-27T09:31:00.000Z' }
  const chain = { workspace: 'acme', ...rows, vouched, unlinked, problems: [] }
  declare(verify, { exits: [1, 65, 78, 130], json: { whole: true, signatures: 'verified', chains: [chain] } })
  declare(write, { exits: [1, 78, 130], json: 'The log is JSON Lines.' })
}

function readFingerprint(text: string): string {
  const fingerprint = text.replaceAll(':', '').toLowerCase()
  if (/^[0-9a-f]{64}$/.test(fingerprint)) return fingerprint
  throw new InvalidArgumentError('It has 64 hexadecimal digits.')
}

function readSequence(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It is the sequence of a row, a whole number.')
}
