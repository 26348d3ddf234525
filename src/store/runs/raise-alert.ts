/**
 * Notes failures that somebody is to be told of, in the statement that ends their runs. Of an automation there is one at a
 * time, which becomes due when the last one was long enough ago. One that is being sent gives way to a newer one.
 *
 * @param failed a relation with `workspace` and `run`.
 */
export const raiseAlerts = (failed: string): string => `
  insert into failure_alert (workspace_id, automation, run, due_at, refusals, begun, created_at)
  select distinct on (setting.workspace_id, setting.automation) setting.workspace_id, setting.automation, run.id,
         greatest(clock_timestamp(), setting.sent_at + make_interval(mins => setting.every_minutes)), 0, 0, clock_timestamp()
    from ${failed} as failed
    join run on run.workspace_id = failed.workspace and run.id = failed.run
    join alert_setting as setting on setting.workspace_id = run.workspace_id and setting.automation = run.automation
   order by 1, 2, run.id desc
      on conflict (workspace_id, automation) do update set run = excluded.run, created_at = excluded.created_at
         where failure_alert.begun > 0`
