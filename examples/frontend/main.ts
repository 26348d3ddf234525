import { connect, followRun, runAutomation, secretNames } from './frontend.ts'

const { LOCKSTEP_URL: url = 'http://localhost:4000', LOCKSTEP_TOKEN: token } = process.env
const [automation, input = 'null'] = process.argv.slice(2)
const print = (line: string) => process.stdout.write(`${line}\n`)

if (token === undefined || automation === undefined) {
  process.stderr.write('Usage: LOCKSTEP_TOKEN=lks_… node main.ts AUTOMATION [JSON]\n')
  process.exit(2)
}

try {
  const client = connect(url, token)
  // An id begins with its workspace: acme.0193…
  const [workspace = ''] = automation.split('.')
  print(`secrets: ${(await secretNames(client, workspace)).join(', ')}`)
  const run = await runAutomation(client, automation, JSON.parse(input))
  const { output, error } = await followRun(client, run, ({ status }) => print(status))
  print(error ? `${error.code}: ${error.message}` : JSON.stringify(output))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'It failed.'}\n`)
  process.exitCode = 1
}
