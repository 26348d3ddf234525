import { AppGrant } from './app-grant.ts'
import { AuditChain, AuditCheckpoint, AuditCut, AuditEvent, AuditStream } from './audit-event.ts'
import { Automation } from './automation.ts'
import { AutomationDraft, AutomationVersion } from './automation-version.ts'
import { CallCount } from './call-count.ts'
import { DeviceRequest } from './device-request.ts'
import { AlertSetting, FailureAlert } from './failure-alert.ts'
import { HookCheck } from './hook-check.ts'
import { IdempotencyKey } from './idempotency-key.ts'
import { RootCertificate, Signer, WorkspaceKey } from './keys.ts'
import { RegisteredDocument } from './registered-document.ts'
import { Run, RunKey, StepRun } from './run.ts'
import { RunFile, RunFileChunk } from './run-file.ts'
import { RunClock, RunJob, RunWorker } from './run-job.ts'
import { Secret } from './secret.ts'
import {
  Account,
  HookKey,
  Instance,
  Passkey,
  Session,
  SignInAttempt,
  TwoFactor,
  User,
  Verification,
} from './sign-in.ts'
import { StepCache } from './step-cache.ts'
import { StoredBytes } from './stored-bytes.ts'
import { Worker } from './worker.ts'
import { ApiToken, Invitation, Membership, Workspace } from './workspace.ts'

export const entities = [
  Workspace,
  Membership,
  Invitation,
  ApiToken,
  Secret,
  WorkspaceKey,
  RootCertificate,
  Signer,
  Automation,
  AutomationVersion,
  AutomationDraft,
  AlertSetting,
  FailureAlert,
  Run,
  RunKey,
  StepRun,
  RunFile,
  RunFileChunk,
  RunJob,
  RunWorker,
  RunClock,
  HookCheck,
  CallCount,
  StepCache,
  StoredBytes,
  AuditEvent,
  AuditChain,
  AuditCheckpoint,
  AuditCut,
  AuditStream,
  User,
  Session,
  Account,
  Verification,
  TwoFactor,
  Passkey,
  SignInAttempt,
  AppGrant,
  DeviceRequest,
  Instance,
  HookKey,
  IdempotencyKey,
  RegisteredDocument,
  Worker,
]

export * from './app-grant.ts'
export * from './audit-event.ts'
export * from './automation.ts'
export * from './automation-version.ts'
export * from './call-count.ts'
export * from './failure-alert.ts'
export * from './hook-check.ts'
export * from './idempotency-key.ts'
export * from './keys.ts'
export * from './run.ts'
export * from './run-file.ts'
export * from './run-job.ts'
export * from './secret.ts'
export * from './sign-in.ts'
export * from './step-cache.ts'
export * from './stored-bytes.ts'
export * from './worker.ts'
export * from './workspace.ts'
