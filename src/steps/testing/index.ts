/** The kit with which authors of step types test them. It is only for tests and not part of a running instance. */

export { type CanarySecret, canary } from './canary.ts'
export { type InstanceOptions, startInstance, type TestInstance } from './instance.ts'
export type { InstanceOutcome, InstanceRun } from './instance-run.ts'
export { type LeakCase, leakTest, type Preparation } from './leak-test.ts'
export type { Situation } from './situations.ts'
export type { StepOutcome } from './step-outcome.ts'
export { TestCache } from './test-cache.ts'
export type { TestOptions } from './test-options.ts'
export { testStep } from './test-step.ts'
