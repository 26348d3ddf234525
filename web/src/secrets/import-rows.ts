import { AppError } from '../../../src/errors.ts'
import type { EnvEntry } from '../../../src/secret/env-file.ts'
import { anywhere, type Policy } from '../../../src/secret/policy.ts'
import { vendorOf } from '../../../src/secret/vendors.ts'
import { normalizeSecretName } from '../../../src/template/secret-name.ts'
import { canBeGuessed, problemWithValue, remarkOn } from './check-value.ts'
import { readWritten, type WrittenPolicy } from './written-policy.ts'

/** One line of a file that is imported. It holds no value: values stay in what was read. */
export interface ImportRow {
  /** Its place among the entries of the file. */
  at: number
  /** As the file has it. */
  key: string
  /** As it will be stored; empty when the key is no name. */
  name: string
  /** Whether it is imported. */
  chosen: boolean
  /** What one has to know of the value. It tells nothing of its content. */
  remark: string
  /** Why it cannot be imported at all. */
  fault: string | undefined
  /** The hosts of the vendor whose value it seems to be. */
  vendorHosts: readonly string[]
  /**
   * Where it may go. By default a secret that exists keeps what it has; a new one goes to the hosts of its vendor, or
   * where all new ones go.
   */
  where: 'default' | 'hosts' | 'anywhere'
  hosts: string
  /** Why the last attempt to save it failed. */
  problem: string | undefined
}

/** What cannot be said of a row by itself. */
export interface RowState {
  /** There is a secret of this name, whose value is replaced. */
  replaces: boolean
  /** Another row that is chosen has the same name. */
  isTwice: boolean
}

const GUESSABLE = 'It can be guessed. A run with it shows nothing of its data.'

/** The rows at the start. A value that can be guessed is left out until a person chooses it. Of two lines with one name the last counts. */
export function rowsOf(entries: readonly EnvEntry[]): ImportRow[] {
  const rows = entries.map(rowOf)
  const last = new Map(rows.map(({ name, at }) => [name, at]))
  return rows.map((row) => ({ ...row, chosen: row.chosen && last.get(row.name) === row.at }))
}

function rowOf({ key, value }: EnvEntry, at: number): ImportRow {
  const named = readName(key)
  const fault = named.fault ?? problemWithValue(value)
  const isGuessable = fault === undefined && canBeGuessed(value)
  const vendor = vendorOf(value)
  const hosts = vendor?.hosts ?? []
  const remarks = [
    isGuessable ? GUESSABLE : remarkOn(value),
    vendor && `It looks like a value of ${vendor.name}.`,
  ]
  return {
    at,
    key,
    name: named.name,
    chosen: fault === undefined && !isGuessable,
    remark: remarks.filter(Boolean).join(' '),
    fault,
    vendorHosts: hosts,
    where: 'default',
    hosts: hosts.join(', '),
    problem: undefined,
  }
}

function readName(key: string): { name: string; fault: string | undefined } {
  try {
    return { name: normalizeSecretName(key), fault: undefined }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { name: '', fault: error.message }
  }
}

/** @param known the names of the secrets that exist. */
export function stateOf(row: ImportRow, rows: readonly ImportRow[], known: ReadonlySet<string>): RowState {
  const isOther = (it: ImportRow) => it.chosen && it.at !== row.at && it.name === row.name
  return { replaces: known.has(row.name), isTwice: row.chosen && rows.some(isOther) }
}

/** What is to be saved of a row: the policy is undefined where the secret keeps its own. */
export interface Planned {
  row: ImportRow
  replaces: boolean
  policy: Policy | undefined
}

/** Where all new ones may go that say nothing else; undefined as long as nobody has chosen. */
export type ForAll = Policy | undefined

/**
 * What is to be saved, or what has to be settled before, by the place of the row. Nothing is sent before all is settled.
 */
export function planOf(
  rows: readonly ImportRow[],
  known: ReadonlySet<string>,
  forAll: ForAll,
): { plan: Planned[] } | { problems: ReadonlyMap<number, string> } {
  const problems = new Map<number, string>()
  const plan = rows
    .filter(({ chosen }) => chosen)
    .map((row): Planned => {
      const { replaces, isTwice } = stateOf(row, rows, known)
      const policy = policyOf(row, replaces, forAll)
      if (isTwice) problems.set(row.at, `${row.name} is chosen twice. Leave one out.`)
      else if (typeof policy === 'string') problems.set(row.at, policy)
      else if (!(policy || replaces)) problems.set(row.at, 'Choose where it may go.')
      return { row, replaces, policy: typeof policy === 'string' ? undefined : policy }
    })
  return problems.size > 0 ? { problems } : { plan }
}

/** Whether a person has to say where new ones may go. */
export function needsForAll(rows: readonly ImportRow[], known: ReadonlySet<string>): boolean {
  return rows.some(
    ({ chosen, where, vendorHosts, name }) =>
      chosen && where === 'default' && vendorHosts.length === 0 && !known.has(name),
  )
}

function policyOf(
  { where, hosts, vendorHosts }: ImportRow,
  replaces: boolean,
  forAll: ForAll,
): Policy | string | undefined {
  if (where === 'anywhere') return anywhere
  if (where === 'default') {
    if (replaces) return undefined
    return vendorHosts.length > 0 ? { ...anywhere, hosts: [...vendorHosts] } : forAll
  }
  const written: WrittenPolicy = { where, hosts, methods: '', paths: '', places: '' }
  const read = readWritten(written)
  return 'policy' in read ? read.policy : (read.problems.hosts ?? read.problems.where)
}
