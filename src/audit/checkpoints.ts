import { databaseTime } from '../database-time.ts'
import type { Logger } from '../log.ts'
import { INSTANCE } from '../store/entities/index.ts'
import { listWorkspaces, Reach } from '../store/reach.ts'
import { findSigner, listSigners } from '../store/signers.ts'
import type { Store } from '../store/store.ts'
import { signAuditCheckpoint, signAuditCut, trustedSigners } from '../vault/opening.ts'
import {
  peekAuditStatement,
  type Signer,
  type SigningCertificate,
  verifyAuditStatement,
} from '../vault/sealing.ts'

export interface SigningParts {
  store: Store
  log: Logger
  /** The loaded key that vouches for others; undefined: the root key cannot sign where it is held. */
  signer(): Signer | undefined
  /** The last end that this process has signed of each workspace. */
  known: Map<string, { sequence: number; hash: string }>
}

// The rest waits for the next minute. A signature takes about two milliseconds.
const MOST_AT_ONCE = 2000

interface End {
  workspace: string
  sequence: number
  hash: string
}

/** The loaded signer, if it is the one that is in force: nobody would trust what another one signs. */
async function signerInForce({ store, signer }: SigningParts): Promise<Signer | undefined> {
  const loaded = signer()
  const inForce = loaded && (await findSigner(store.em()))
  return inForce?.fingerprint === loaded?.certificate.fingerprint ? loaded : undefined
}

/**
 * Signs where the chains end that have grown since the last time. Each checkpoint goes into the log as well, so that it
 * can be kept where nobody reaches who can write to the database.
 */
export async function signCheckpoints(parts: SigningParts, reach = new Reach(parts.log)): Promise<void> {
  const { store } = parts
  const signer = await signerInForce(parts)
  if (!signer) return
  const ends = await reach.all(
    async () => [...(await listWorkspaces(store.em())), INSTANCE],
    () => findEnds(store),
    (workspace) => findEnds(store, workspace),
  )
  const trusted = await trustedSigners(await listSigners(store.em()), signer.certificate)
  for (const end of ends.flat()) await reach.within(end.workspace, () => signEnd(parts, signer, trusted, end))
}

/** Where chains end without a checkpoint. @param of whose; those of all, unless told. */
function findEnds(store: Store, of?: string): Promise<End[]> {
  return store.em().execute<End[]>(
    `select workspace_id as workspace, sequence::float8, encode(hash, 'hex') as hash from audit_chain as chain
      where ${of === undefined ? 'true' : 'workspace_id = ?'} and not exists (
        select 1 from audit_checkpoint as signed
         where signed.workspace_id = chain.workspace_id and signed.sequence = chain.sequence)
      limit ${MOST_AT_ONCE}`,
    of === undefined ? [] : [of],
  )
}

async function signEnd(
  parts: SigningParts,
  signer: Signer,
  trusted: ReadonlyMap<string, SigningCertificate>,
  end: End,
): Promise<void> {
  const { store, log } = parts
  const { workspace, sequence, hash } = end
  if (!(await goesOn(parts, trusted, end))) return log.error({ workspace, sequence }, NOT_SIGNED)
  const checkpoint = await signAuditCheckpoint(signer, end, databaseTime())
  await store.em().execute(
    `insert into audit_checkpoint (workspace_id, sequence, hash, at, statement)
     values (?, ?, decode(?, 'hex'), clock_timestamp(), ?) on conflict do nothing`,
    [workspace, sequence, hash, checkpoint],
  )
  parts.known.set(workspace, end)
  log.info({ workspace, sequence, checkpoint }, 'audit checkpoint')
}

const NOT_SIGNED =
  'the audit log of this workspace is not the one that was signed before, so it is signed no more: run `lockstep audit verify`'

/**
 * Stops whoever rewrites a chain and has a worker sign it: what was signed last has to be in it still. That is what this
 * process remembers, or else what the database has with a signature that counts.
 */
async function goesOn(
  { store, known }: SigningParts,
  trusted: ReadonlyMap<string, SigningCertificate>,
  { workspace, sequence }: End,
): Promise<boolean> {
  const base = known.get(workspace) ?? (await lastSigned(store, trusted, workspace))
  if (base === undefined) return true
  if (base === 'unsigned' || base.sequence > sequence) return false
  const found = await store.em().execute<unknown[]>(
    `select 1 from audit_event where workspace_id = ? and sequence = ? and hash = decode(?, 'hex')
      union all select 1 from audit_cut where workspace_id = ? and first <= ? and last >= ? limit 1`,
    [workspace, base.sequence, base.hash, workspace, base.sequence, base.sequence],
  )
  return found.length > 0
}

async function lastSigned(
  store: Store,
  trusted: ReadonlyMap<string, SigningCertificate>,
  workspace: string,
): Promise<{ sequence: number; hash: string } | 'unsigned' | undefined> {
  const [row] = await store
    .em()
    .execute<{ statement: string }[]>(
      'select statement from audit_checkpoint where workspace_id = ? order by sequence desc limit 1',
      [workspace],
    )
  if (!row) return undefined
  const said = peekAuditStatement(row.statement)
  const isSigned = await verifyAuditStatement(trusted, row.statement, 'checkpoint').then(
    () => true,
    () => false,
  )
  return isSigned && said?.workspace === workspace ? said : 'unsigned'
}

/**
 * Writes, before partitions are dropped that are older than so many days, which rows of each chain go with them, and
 * signs it: it vouches for what follows. The database drops no partition with a row that no cut names.
 */
export async function cutChains(parts: SigningParts, days: number): Promise<void> {
  const { store } = parts
  await store.em().execute('select thin_audit_checkpoints()')
  if (days === 0) return
  const ranges = await store.em().execute<(End & { first: number })[]>(RANGES, [days])
  const signer = ranges.length > 0 ? await signerInForce(parts) : undefined
  for (const cut of ranges) {
    const statement = signer ? await signAuditCut(signer, cut, databaseTime()) : null
    await store.em().execute(
      `insert into audit_cut (workspace_id, first, last, hash, at, statement)
       values (?, ?, ?, decode(?, 'hex'), clock_timestamp(), ?) on conflict do nothing`,
      [cut.workspace, cut.first, cut.sequence, cut.hash, statement],
    )
  }
}

// What a partition holds is not always a beginning of the chain: what was committed late is linked behind rows of the next
// one. So each stretch without a gap is a cut of its own.
const RANGES = `
  with gone as materialized (
    select max(until::text)::uuid as until from partitions_of('audit_event')
     where until <= first_id_at(now() - make_interval(days => ?))),
  placed as (
    select workspace_id, sequence, hash,
           sequence - row_number() over (partition by workspace_id order by sequence) as stretch
      from audit_event where sequence is not null and id < (select until from gone)),
  range as (
    select workspace_id as workspace, min(sequence) as first, max(sequence) as sequence,
           encode((array_agg(hash order by sequence desc))[1], 'hex') as hash
      from placed group by workspace_id, stretch)
  select workspace, first::float8, sequence::float8, hash from range where not exists (
    select 1 from audit_cut as cut where cut.workspace_id = workspace and cut.first <= range.first
       and cut.last >= range.sequence)`
