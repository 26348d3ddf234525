import { type RefObject, useEffect, useRef, useState } from 'react'
import { type Client, useClient } from 'urql'
import type { EnvEntry } from '../../../src/secret/env-file.ts'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import { createSealed } from './create-sealed.ts'
import type { Planned } from './import-rows.ts'
import { replaceSealed } from './replace-sealed.ts'
import { afterRefusal, prepareSealing } from './seal.ts'

/** How many of the secrets have been sent. */
interface Progress {
  done: number
  of: number
}

export interface Import {
  /** Undefined unless it is at work. */
  progress: Progress | undefined
  /** Saves one after the other. One that fails holds up no other. @returns why, by the place of the row. */
  save(plan: readonly Planned[]): Promise<ReadonlyMap<number, string>>
}

/** Saves secrets of a file, each value sealed in the browser. It ends when the dialog is closed. */
export function useImport(entries: RefObject<readonly EnvEntry[]>): Import {
  const workspace = useWorkspace().id
  const client = useClient()
  const [progress, setProgress] = useState<Progress>()
  const isOpen = useRef<boolean>(true)
  useEffect(() => {
    isOpen.current = true
    void prepareSealing(client, workspace)
    return () => {
      isOpen.current = false
    }
  }, [client, workspace])
  const save = async (plan: readonly Planned[]) => {
    const failed = new Map<number, string>()
    for (const [done, planned] of plan.entries()) {
      if (!isOpen.current) break
      setProgress({ done, of: plan.length })
      const value = entries.current[planned.row.at]?.value ?? ''
      const why = await saveOne(client, workspace, planned, value)
      if (why === undefined) forget(entries, planned.row.at)
      else failed.set(planned.row.at, why)
    }
    setProgress(undefined)
    return failed
  }
  return { progress, save }
}

async function saveOne(
  client: Client,
  workspace: string,
  { row: { name }, replaces, policy }: Planned,
  value: string,
): Promise<string | undefined> {
  const at = { workspace, name }
  const problem =
    replaces || !policy
      ? await replaceSealed(client, at, value, policy)
      : await createSealed(client, at, value, policy)
  if (problem?.code !== 'SEALED_VALUE_REJECTED') return problem?.message
  // The workspace has another key now, which this loads.
  await afterRefusal(client, workspace, problem)
  return 'The key of this workspace has changed meanwhile. Save again.'
}

/** What is saved is held no longer. */
function forget(entries: RefObject<readonly EnvEntry[]>, at: number): void {
  entries.current = entries.current.with(at, { key: '', value: '' })
}
