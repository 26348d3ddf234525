/**
 * Code that Node loads before a process of Lockstep, and that only the API's process acts on: it is what an attacker
 * inside that process has. Over HTTP it takes the body of a function, runs it, and answers with its result or its error.
 */
const source = `
if (process.argv[2] === 'api' && process.env.PROBE_PORT) {
  const node = (name) => process.getBuiltinModule('node:' + name)
  const run = async (text) => {
    try {
      return { value: (await new (async () => {}).constructor('node', text)(node)) ?? null }
    } catch (error) {
      return { error: error.code ?? error.message }
    }
  }
  node('http').createServer((req, res) => {
    let text = ''
    req.on('data', (it) => (text += it)).on('end', async () => res.end(JSON.stringify(await run(text))))
  }).listen(Number(process.env.PROBE_PORT), '127.0.0.1').unref()
}`

/** The environment of an instance whose API takes code at this port of 127.0.0.1. */
export const probeEnvironment = (port: number): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(source)}`,
  PROBE_PORT: String(port),
})

/**
 * Runs the body of an async function in the API's process, with `node(name)` for modules of Node.
 *
 * @returns `value`, or as `error` the code of what it threw.
 */
export async function runInApi(port: number, body: string): Promise<{ value?: unknown; error?: string }> {
  const answer = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body })
  return (await answer.json()) as { value?: unknown; error?: string }
}
