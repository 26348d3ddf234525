import { defineEntity, type InferEntity, p } from '@mikro-orm/core'

/**
 * `WRITING`: a step is at it. `SEALED`: later steps of the run can read it. Once the run has ended, `OPEN`: no secret is in
 * it, people may have it; or `WITHHELD`: its content is deleted.
 */
export const runFileStates = ['WRITING', 'SEALED', 'OPEN', 'WITHHELD'] as const
export type RunFileState = (typeof runFileStates)[number]

/** A file that a step of a run has kept. It refers to no other table; it goes with the partition of its run. */
export const RunFile = defineEntity({
  name: 'RunFile',
  properties: {
    workspace: p.string().length(40).primary().fieldName('workspace_id'),
    run: p.uuid().primary(),
    /** Counted from 1 in its run. */
    number: p.integer().primary(),
    /** Of its step. */
    position: p.integer(),
    /** Redacted. */
    name: p.text(),
    mediaType: p.text(),
    state: p.enum(runFileStates),
    bytes: p.bigint('number'),
    chunks: p.integer(),
    /** Of its content, in hexadecimal. */
    sha256: p.string().length(64).nullable(),
    /** Names of the secrets that are in it. */
    secrets: p.array().default([]),
    /** Whether people may not have it, whatever is in it: a value was masked in it, or its step has protected it. */
    isProtected: p.boolean(),
    /** The key of its chunks, sealed with the key of the workspace until the run has ended. */
    sealedKey: p.text().nullable().lazy(),
    /** The same in the clear, in the state OPEN alone: then it is as readable as the outputs of the run. */
    openKey: p.blob().nullable().lazy(),
    createdAt: p.datetime(),
  },
})
export type RunFile = InferEntity<typeof RunFile>

/** The content of a file, in sealed pieces. */
export const RunFileChunk = defineEntity({
  name: 'RunFileChunk',
  properties: {
    workspace: p.string().length(40).primary().fieldName('workspace_id'),
    run: p.uuid().primary(),
    number: p.integer().primary(),
    /** Counted from 0 in its file. */
    chunk: p.integer().primary(),
    sealed: p.blob(),
  },
})
