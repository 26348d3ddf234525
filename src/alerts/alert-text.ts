import type { AlertContent, TakenAlert } from '../store/alerts.ts'

/** What is told of a failure: names, ids and a code. The message of an error may quote what a service answered. */
export interface AlertText {
  subject: string
  text: string
  json: string
}

export function alertText(
  { workspace, automation, run }: Pick<TakenAlert, 'workspace' | 'automation' | 'run'>,
  { name, error }: Pick<AlertContent, 'name' | 'error'>,
  publicUrl: string,
): AlertText {
  const step = error?.at?.step ?? null
  const code = error?.code ?? null
  const where = step === null ? '' : ` in the step ${step}`
  const url = `${publicUrl}/w/${workspace}/runs/${workspace}.${run}`
  const sentence = `A run of the automation ${name} failed${where}${code === null ? '' : ` (${code})`}.`
  const about = { id: `${workspace}.${automation}`, name }
  return {
    subject: `Failed: ${name}`,
    text: `${sentence}\n\n${url}\n\nYou get this mail because the automation says so, under its trigger. Nobody is told of every failure.\n`,
    // Chats such as Slack take "text".
    json: JSON.stringify({
      text: `${sentence} ${url}`,
      ...{ event: 'run.failed', workspace, automation: about, run: `${workspace}.${run}`, step, code, url },
    }),
  }
}
