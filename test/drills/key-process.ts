import type { TestApp } from '../support/app.ts'
import { main } from '../support/built.ts'
import { type LockstepProcess, startLockstep } from '../support/lockstep-process.ts'

/** A separate command on the database and the data folder of the app. */
export function startCommand(
  app: Pick<TestApp, 'config'>,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): LockstepProcess {
  const { databaseUrl, dataFolder } = app.config
  return startLockstep([main, ...args], {
    DATABASE_URL: databaseUrl?.reveal(),
    LOCKSTEP_DATA: dataFolder,
    LOCKSTEP_LOG: 'warn',
    ...env,
  })
}

/** Runs the command to its end. */
export async function runCommand(
  app: Pick<TestApp, 'config'>,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number | string; said: string }> {
  const command = startCommand(app, args, env)
  const code = await command.ended
  return { code, said: command.output.join('\n') }
}

export interface DoctorReport {
  ok: boolean
  findings: { check: string; status: string; message: string; items?: { name?: string; reason: string }[] }[]
}

/** The findings of `lockstep doctor --json`. */
export async function runDoctor(
  app: Pick<TestApp, 'config'>,
  env: NodeJS.ProcessEnv = {},
): Promise<DoctorReport & { code: number | string }> {
  const { code, said } = await runCommand(app, ['doctor', '--json'], env)
  const json = said.slice(said.indexOf('\n{') + 1)
  return { code, ...(JSON.parse(json.startsWith('{') ? json : said) as DoctorReport) }
}
