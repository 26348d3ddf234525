import type { Em } from './store.ts'

/**
 * Where it is said that a list of a workspace has changed, so that whoever follows it reads it again. Every role that may
 * connect can say anything here: it makes a reader look, and nothing more.
 */
export const LIST_CHANNEL = 'list_changed'

/** Changes of runs are said on their own channel, for many runs together. */
export type ListName = 'automations' | 'runs' | 'secrets'

/** No run has such an id. */
export const lineOfList = (workspace: string, list: ListName): string => `${workspace}.${list}`

/** Says it when the transaction is committed. For changes that people make: each such commit waits for the others. */
export async function tellListChanged(tx: Em, workspace: string, list: ListName): Promise<void> {
  await tx.execute('select pg_notify(?, ?)', [LIST_CHANNEL, lineOfList(workspace, list)])
}
