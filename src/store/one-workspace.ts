// How the statements call the tables of a workspace.
const TABLES = 'automation|secret|run|step_run|earlier|audit_event'
const WORKSPACE = new RegExp(`\\b(${TABLES})\\.workspace_id = [\\w.]+`, 'g')

/**
 * A statement over many workspaces as one that touches the rows of one alone. Its result is the same as long as all of it is
 * about that one. A distributed database sends it to one node, while it asks all of them when the workspaces are in a list.
 *
 * @param workspace how the statement calls it: `$3`, `p_workspace`.
 */
export function ofOneWorkspace(sql: string, workspace: string): string {
  return sql
    .replaceAll(WORKSPACE, (_all, table: string) => `${table}.workspace_id = ${workspace}`)
    .replaceAll('lateral use_secrets(', `lateral use_secrets_of(${workspace}, `)
}
