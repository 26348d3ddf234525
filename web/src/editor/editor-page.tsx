import { Page } from '../parts/page.tsx'

export function NewAutomationPage() {
  return <Page title="Automation">{undefined}</Page>
}

export function AutomationPage() {
  return <Page title="Automation">{undefined}</Page>
}
