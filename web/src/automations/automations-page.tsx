import { Page } from '../parts/page.tsx'

export function AutomationsPage() {
  return <Page title="Automations">{undefined}</Page>
}
