-- The least rights of the API and the worker. The role that ran `lockstep migrate` owns everything. It runs this file
-- after each migration, in the database of Lockstep. The same role runs `lockstep keys`. For `lockstep doctor` the
-- worker's role is enough. `lockstep_api` and `lockstep_worker` are roles that can log in. The file may run at any
-- time, beside running processes, and as often as you like. Both roles then have exactly these rights.
-- `lockstep start` with its own database makes the roles, and runs this file, at every start.

begin;

-- What an older version of this file granted, and this one does not, must not stay. With those on a table go those on
-- its columns.
-- Before PostgreSQL 15 everybody may create objects in it. There it belongs to a superuser, who has to run this line.
revoke create on schema public from public;
revoke all on schema public from lockstep_api, lockstep_worker;
revoke all on all tables in schema public from lockstep_api, lockstep_worker;
revoke all on all sequences in schema public from lockstep_api, lockstep_worker;

grant usage on schema public to lockstep_api, lockstep_worker;
grant select on mikro_orm_migrations, root_certificate, signer, workspace to lockstep_api, lockstep_worker;
-- Both write audit events, and neither changes or deletes one. `link_audit` alone writes the columns of the chain: a worker
-- may call it, and chooses no hash. Checkpoints and cuts are signed by the root key.
grant insert (workspace_id, id, at, actor, action, target, detail, address, client) on audit_event
  to lockstep_api, lockstep_worker;
revoke execute on function end_chain, link_audit, link_audit_of, thin_audit_checkpoints from public, lockstep_api;
grant execute on function link_audit, link_audit_of, thin_audit_checkpoints to lockstep_worker;
grant select on audit_event, audit_chain, audit_checkpoint, audit_cut to lockstep_worker;
grant insert on audit_checkpoint, audit_cut to lockstep_worker;
grant select, insert, update on audit_stream to lockstep_worker;

-- The queue. The API adds jobs and wakes them; a worker takes and ends them, and watches over those of others.
grant select, insert, update (woken, due_at) on run_job to lockstep_api;
-- Requests at the door of a webhook. The API asks, a worker answers: it alone writes the verdict.
grant select (workspace_id, run, verdict), delete, insert (workspace_id, run, signature, sealed, is_token, created_at)
  on hook_check to lockstep_api;
grant select, delete, update (taken_at, verdict) on hook_check to lockstep_worker;
-- How often something was done in a workspace within a minute, for its limits.
grant select, insert, update (count), delete on call_count to lockstep_api;
-- The API's metrics say how the queue stands, also when no worker is left to say it.
grant select on run_worker, run_clock to lockstep_api;
grant select, insert, update, delete on run_job, run_worker, run_clock to lockstep_worker;
revoke execute on function claim_runs, claim_runs_of, next_run_jobs, use_secrets, use_secrets_of from public, lockstep_api;
-- Which database this is, and whether the instance is paused. A worker pauses a database that was restored or copied.
grant execute on function database_identity, instance_may_work to lockstep_api, lockstep_worker;
grant update (folder, paused_at, paused_because) on instance to lockstep_worker;
grant execute on function claim_runs, claim_runs_of, next_run_jobs, use_secrets, use_secrets_of to lockstep_worker;

-- Partitions of runs, their steps and the audit log. The worker has no right to make or drop a table. It may ask for a
-- partition to be added or dropped, and these functions do it with the owner's rights, on these tables only.
revoke execute on function partition_table, add_partition, grow_partition, drop_partition from public, lockstep_api;
grant execute on function grow_partition, drop_partition to lockstep_worker;

-- About how much each workspace stores. A worker measures, the API shows it and refuses what is too much.
grant select on stored_bytes to lockstep_api;
grant select, insert, update, delete on stored_bytes to lockstep_worker;

-- What is left of a deleted workspace, with its keys, a worker removes. The function looks whether it is deleted.
revoke execute on function purge_workspace from public, lockstep_api;
grant execute on function purge_workspace to lockstep_worker;

-- The API: accounts, what people write, and sealed values, which it can write but not read.
grant select, insert, update, delete on
  auth_user, auth_session, auth_account, auth_verification, auth_two_factor, auth_passkey, app_grant, device_request,
  sign_in_attempt, membership, invitation, api_token to lockstep_api;
grant select, update (first_sign_up_at) on instance to lockstep_api;
-- GraphQL documents of other people's apps. An operator adds them by `lockstep documents`.
grant select on registered_document to lockstep_api;
-- What the URLs of hooks are derived from, unless LOCKSTEP_HOOK_SECRET is set.
grant select, insert on hook_key to lockstep_api;
grant insert, update (name, deleted_at) on workspace to lockstep_api;
grant select, insert, update on automation, run, run_key, idempotency_key to lockstep_api;
grant select, insert, update, delete on automation_draft to lockstep_api;
grant select, insert, delete on automation_version to lockstep_api;
-- Who is told of a failed run. A worker alone says when it was, and learns the addresses of members alone.
grant select, delete, insert (workspace_id, automation, people, url, every_minutes), update (people, url, every_minutes)
  on alert_setting to lockstep_api;
revoke execute on function alert_recipients from public, lockstep_api;
grant select on audit_event, step_run to lockstep_api;
grant insert, update, delete on secret to lockstep_api;
grant select (workspace_id, name, kid, policy, sealed_policy, created_at, updated_at, last_used_at, owner, description) on secret to lockstep_api;
-- It makes keys. Only the worker may write the signatures that vouch for them.
grant insert (workspace_id, kid, public_jwk, sealed_private_key, created_at) on workspace_key to lockstep_api;
grant select (workspace_id, kid, public_jwk, signature, created_at, retired_at) on workspace_key to lockstep_api;

-- The worker: it opens values, seals them again with the policy of their row, and executes runs. The first worker
-- stores the root certificate.
grant select, update (last_used_at, sealed, kid, sealed_policy) on secret to lockstep_worker;
-- What steps keep from one run to the next, sealed.
grant select, insert, update, delete on step_cache to lockstep_worker;
grant select on workspace_key to lockstep_worker;
-- Files of runs. The API reads the key of a file only once the worker has found no secret in the file; until then, and of any
-- other file, there is only a sealed key, which the API has no right to read and no key to open.
grant select, insert, update, delete on run_file, run_file_chunk to lockstep_worker;
grant select (workspace_id, run, number, position, name, media_type, state, bytes, chunks, sha256, open_key, created_at)
  on run_file to lockstep_api;
grant select on run_file_chunk to lockstep_api;
-- It may read that the instance exists, but not the secret that signs people's sessions.
grant select (id, identity, folder, paused_at, paused_because) on instance to lockstep_worker;
grant insert, update on root_certificate to lockstep_worker;
-- It vouches for the keys of workspaces and for the certificates that they are sealed for.
grant insert, update on signer to lockstep_worker;
grant update (signature) on workspace_key to lockstep_worker;
-- It reports which root key it holds, and deletes replaced workspace keys that nothing needs any more.
grant select, insert, update, delete on worker to lockstep_worker;
grant delete on workspace_key to lockstep_worker;
grant select, insert, update, delete on run to lockstep_worker;
-- It starts scheduled automations.
grant select, update (next_run_at) on automation to lockstep_worker;
-- It measures how much they take.
grant select on automation_draft, automation_version to lockstep_worker;
-- It tells people of failed runs.
grant select, update (sent_at) on alert_setting to lockstep_worker;
grant select, insert, update, delete on failure_alert to lockstep_worker;
grant execute on function alert_recipients to lockstep_worker;
grant select, insert, update, delete on step_run to lockstep_worker;
grant select, delete on run_key, idempotency_key to lockstep_worker;

-- PostgreSQL asks for no right to listen and to notify: whoever may connect hears which runs go on, and short redacted
-- results, and can wake processes for nothing. So no other role may connect, besides superusers and the owner of the
-- database. A role that makes dumps or measures needs `grant connect on database` of its own. When the role that runs
-- this file does not own the database, PostgreSQL warns that nothing was revoked: have its owner do it.
-- Nor may anybody make a table of its session's own, which would stand before one of ours with the same name.
do $$ begin
  execute format('revoke all on database %I from lockstep_api, lockstep_worker', current_database());
  execute format('grant connect on database %I to lockstep_api, lockstep_worker', current_database());
  execute format('revoke connect, temporary on database %I from public', current_database());
end $$;

commit;
