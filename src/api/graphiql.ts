/**
 * GraphiQL, for whoever writes a client: a page that sends GraphQL as the person who is signed in. All of it comes from this server.
 * Its policy is looser than that of our own pages in one point, styles, and holds for this page alone.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  // The editor makes style sheets and style attributes as it goes.
  "style-src 'self' 'unsafe-inline'",
  "worker-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  'font-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const PATH = '/graphiql'

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>GraphiQL · Lockstep</title>
    <link rel="icon" href="/favicon.svg">
    <link rel="stylesheet" href="${PATH}/app.css">
    <script src="${PATH}/app.js" defer></script>
    <script src="${PATH}/start.js" defer></script>
  </head>
  <body class="no-focus-outline"><div id="root"></div></body>
</html>
`

// A file of its own: the policy lets no script run that stands in a page.
const start = `
self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_module, label) => '${PATH}/' + label + '.worker.js',
}
YogaGraphiQL.renderYogaGraphiQL(document.querySelector('#root'), {
  endpoint: '/graphql',
  title: 'GraphiQL · Lockstep',
  credentials: 'same-origin',
})
`

export const isGraphiql = (pathname: string): boolean => pathname === PATH || pathname.startsWith(`${PATH}/`)

/** The page and its files. Nine megabytes, which are read when somebody opens it first. @returns undefined for what there is not. */
export async function handleGraphiql({ method }: Request, pathname: string): Promise<Response | undefined> {
  if (method !== 'GET' && method !== 'HEAD') return undefined
  if (pathname === PATH) return respond(method, page, 'text/html', { 'content-security-policy': POLICY })
  const { js, css, editorWorkerService, jsonWorker, graphqlWorker } = await load()
  const files = new Map([
    ['app.js', js],
    ['app.css', css],
    ['start.js', start],
    ['editorWorkerService.worker.js', editorWorkerService],
    ['json.worker.js', jsonWorker],
    ['graphql.worker.js', graphqlWorker],
  ])
  const name = pathname.slice(PATH.length + 1)
  const file = files.get(name)
  return file === undefined
    ? undefined
    : respond(method, file, name.endsWith('.css') ? 'text/css' : 'text/javascript')
}

const load = () => import('@graphql-yoga/render-graphiql/graphiql')

function respond(method: string, text: string, type: string, more: Record<string, string> = {}): Response {
  const headers = { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-cache', ...more }
  return new Response(method === 'HEAD' ? null : text, { headers })
}
