import { Page } from '../parts/page.tsx'

export function TokensPage() {
  return <Page title="API tokens">{undefined}</Page>
}
