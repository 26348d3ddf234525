import { type Command, InvalidArgumentError } from 'commander'
import type { Config } from '../config.ts'
import type { ExportOptions } from './run-audit-export.ts'
import type { VerifyOptions } from './run-audit-verify.ts'

const EXIT_CODES =
  '\nExit codes: 0 nothing is wrong; 65 something was changed, is missing or stands in another place; 1 it could not be\n' +
  'verified; 78 a setting is wrong.'

/** `lockstep audit`: what shows that nobody has changed the audit log. */
export function addAuditCommands(program: Command, config: Config): void {
  const audit = program.command('audit').description('verify and export the audit log')
  audit
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
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXIT_CODES)
    .action(async (file: string | undefined, options: VerifyOptions) => {
      const { runAuditVerify, runAuditVerifyFile } = await import('./run-audit-verify.ts')
      return file === undefined ? runAuditVerify(config, options) : runAuditVerifyFile(file, options)
    })
  audit
    .command('export')
    .description('write the audit log as JSON Lines')
    .option('--workspace <id>', 'only the log of this workspace')
    .option('--after <sequence>', 'only what comes after this row; needs --workspace', readSequence)
    .option('--output <file>', 'append to this file what it does not have yet; without it standard output')
    .action(async (options: ExportOptions) => {
      const { runAuditExport } = await import('./run-audit-export.ts')
      return runAuditExport(config, options)
    })
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
