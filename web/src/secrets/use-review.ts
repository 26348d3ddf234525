import { type RefObject, useState } from 'react'
import { flushSync } from 'react-dom'
import type { EnvEntry } from '../../../src/secret/env-file.ts'
import { type ImportRow, needsForAll, type Planned, planOf, rowsOf } from './import-rows.ts'
import { type PolicyDraft, usePolicyDraft } from './policy-fields.tsx'
import { type Import, useImport } from './use-import.ts'
import { type KnownNames, useKnownNames } from './use-known-names.ts'

interface Review {
  rows: readonly ImportRow[]
  change(row: ImportRow): void
  known: KnownNames
  /** Where all new ones may go; undefined unless a person has to say it. */
  forAll: PolicyDraft | undefined
  progress: Import['progress']
  /** What came of the last attempt. */
  told: string
  /** Saves what is chosen, once all is settled. What is saved goes from the list, and the rest says why it is not. */
  submit(): Promise<void>
}

export function useReview(
  entries: RefObject<readonly EnvEntry[]>,
  { onChanged, onDone }: { onChanged: () => void; onDone: (done: string) => void },
): Review {
  const [rows, setRows] = useState(() => rowsOf(entries.current))
  const known = useKnownNames()
  const draft = usePolicyDraft(undefined)
  const { progress, save } = useImport(entries)
  const [told, setTold] = useState('')
  const names = known.names ?? new Set<string>()
  const asks = needsForAll(rows, names)

  const settle = (plan: readonly Planned[], failed: ReadonlyMap<number, string>) => {
    const saved = plan.length - failed.size
    if (failed.size === 0) return onDone(importedInWords(saved))
    const others = failed.size === 1 ? 'One was' : `${failed.size} were`
    setTold(`${importedInWords(saved)} ${others} not: see why below each.`)
    const done = new Set(plan.map(({ row }) => row.at).filter((at) => !failed.has(at)))
    setRows(rows.filter((it) => !done.has(it.at)).map((it) => ({ ...it, problem: failed.get(it.at) })))
    if (saved > 0) onChanged()
    known.reload()
  }
  return {
    rows,
    known,
    progress,
    told,
    forAll: asks ? draft : undefined,
    change: (changed) =>
      setRows((all) => all.map((it) => (it.at === changed.at ? { ...changed, problem: undefined } : it))),
    async submit() {
      if (progress) return
      const policy = asks ? draft.read() : undefined
      if (asks && !policy) return
      const planned = planOf(rows, names, policy)
      if ('plan' in planned) return settle(planned.plan, await save(planned.plan))
      flushSync(() => setRows(rows.map((it) => ({ ...it, problem: planned.problems.get(it.at) }))))
      document.querySelector<HTMLElement>('.import-row:has([role=alert]) input:not(:disabled)')?.focus()
    },
  }
}

function importedInWords(count: number): string {
  if (count === 0) return 'No secret was imported.'
  return count === 1 ? '1 secret was imported.' : `${count} secrets were imported.`
}
