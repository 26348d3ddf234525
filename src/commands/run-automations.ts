import { readFile, writeFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { createPatch } from 'diff'
import {
  type FiledAutomation,
  type FileFormat,
  readAutomationFile,
  writeAutomationFile,
} from '../client/automation-file.ts'
import {
  applyChange,
  exportAutomations,
  listAutomations,
  missingSecrets,
  type PlannedChange,
  pickAutomations,
  planChanges,
} from '../client/automations-client.ts'
import { createSecretsClient } from '../client/secrets-client.ts'
import type { ApiSession } from '../client/session.ts'
import { AppError } from '../errors.ts'
import { secretsIn } from '../template/index.ts'
import { aside, row, type Told } from './api-command.ts'
import { askFor } from './ask.ts'
import { WOULD_CHANGE } from './exit-codes.ts'

export interface ExportOptions {
  format: FileFormat
  output?: string
}

export interface ApplyOptions {
  yes?: true
  dryRun?: true
  prune?: true
}

export async function listThem(session: ApiSession): Promise<Told> {
  const all = await listAutomations(session)
  const automations = all.map(({ id, name, steps, updatedAt }) => ({
    id,
    name,
    steps: steps.length,
    updatedAt,
  }))
  return { json: { automations }, lines: all.map((it) => row(it.name, it.id, it.updatedAt)) }
}

export async function exportThem(
  session: ApiSession,
  names: readonly string[],
  { format, output }: ExportOptions,
): Promise<Told> {
  const picked = pickAutomations(await listAutomations(session), names)
  const content = writeAutomationFile(exportAutomations(picked), format)
  if (output === undefined) return { json: undefined, lines: [content.replace(/\n$/, '')] }
  await writeFile(output, content).catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('INVALID_CONFIG', `${output} cannot be written (${cause.code}).`, { cause })
  })
  return { json: undefined, lines: [`${picked.length} automations were written to ${output}.`] }
}

export async function applyFile(session: ApiSession, file: string, options: ApplyOptions): Promise<Told> {
  const content = await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')).catch((cause) => {
    throw new AppError('INVALID_CONFIG', `${file} cannot be read (${cause.code ?? 'unknown'}).`, { cause })
  })
  const wanted = readAutomationFile(content)
  const plan = planChanges(await listAutomations(session), wanted, options.prune === true)
  const missing = await findMissing(session, wanted)
  const open = plan.filter((it) => it.action !== 'none')
  const told = (applied: boolean, exitCode: number, line: string): Told => ({
    json: {
      applied,
      automations: plan.map(({ name, action }) => ({ name, action })),
      missingSecrets: missing,
    },
    lines: [line],
    exitCode,
  })
  for (const it of missing)
    aside(`No secret of this workspace has the name ${it}. The step that names it fails.`)
  if (open.length === 0) return told(false, 0, 'Nothing changes.')
  process.stderr.write(open.map(describe).join(''))
  const count = `${open.length} of ${plan.length} automations`
  if (options.dryRun) return told(false, WOULD_CHANGE, `${count} would change.`)
  if (!(await askFor(`Change ${count}?`, options))) return told(false, 1, 'Nothing was changed.')
  await applyAll(session, open)
  return told(true, 0, `${count} were changed.`)
}

async function applyAll(session: ApiSession, open: readonly PlannedChange[]): Promise<void> {
  for (const [index, it] of open.entries()) {
    try {
      await applyChange(session, it)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      const done = index === 0 ? 'Nothing was changed.' : `Changed before it: ${index}. Apply again to go on.`
      throw new AppError(error.code, `${it.name}: ${error.message} ${done}`, { cause: error })
    }
  }
}

const WORDS = { create: 'is new', update: 'changes', delete: 'is deleted', none: 'stays' } as const

function describe({ name, action, before, after }: PlannedChange): string {
  // Its first lines are the names of files.
  const lines = createPatch(name, before, after).split('\n').slice(4)
  return `${name} ${WORDS[action]}:\n${lines.map((it) => `  ${it}`.trimEnd()).join('\n')}\n`
}

/** A token that may not list secrets applies a file all the same. */
async function findMissing(session: ApiSession, wanted: readonly FiledAutomation[]): Promise<string[]> {
  const named = new Set(wanted.flatMap(secretsOf))
  if (named.size === 0) return []
  const client = createSecretsClient(session, { say: aside })
  const known = await client.list().catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'FORBIDDEN') return undefined
    throw error
  })
  return known ? missingSecrets(named, new Set(known.map((it) => it.name))) : []
}

function secretsOf({ steps, hookSignature }: FiledAutomation): string[] {
  const ofHook = [hookSignature?.secret, hookSignature?.verifyToken].filter((it) => it !== undefined)
  return [...ofHook, ...steps.flatMap((it) => Object.values(it.fields).flatMap(secretsInField))]
}

/** Code has no templates, and what looks like one there may be none. */
function secretsInField(value: unknown): string[] {
  try {
    return secretsIn(value)
  } catch {
    return []
  }
}
