/** What was done with a secret by a step, or refused: an audit event that is written with the step's end. */
export interface SecretUse {
  /** Its name. */
  secret: string
  action: 'secret.send' | 'secret.refuse'
  /** Only names, a host, a method and codes: never a value. */
  detail: object
  /** Of whoever started the run, where a request did. */
  address: string | null
  client: string | null
}

/**
 * Writes the uses that `held` has as JSON.
 *
 * @param uses the column of `held`, or a parameter.
 */
export const recordUses = (uses: string): string => `
recorded_uses as (
  insert into audit_event (workspace_id, id, at, actor, action, target, detail, address, client)
  select held.workspace, uuid_of_now(), clock_timestamp(), 'run ' || held.workspace || '.' || held.run, it.action, it.secret,
         it.detail, it.address, it.client
    from held cross join lateral json_to_recordset(${uses})
      as it (secret text, action text, detail json, address text, client text))`

export const usesJson = (uses: readonly SecretUse[] | undefined): string | null =>
  uses && uses.length > 0 ? JSON.stringify(uses) : null
