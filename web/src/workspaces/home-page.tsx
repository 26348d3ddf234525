import { Navigate } from '@tanstack/react-router'
import { useViewer } from '../session/session.tsx'

/** The page at `/`. It leads to the person's first workspace, or to making one. */
export function HomePage() {
  const [first] = useViewer().workspaces
  if (!first) return <Navigate to="/new-workspace" replace />
  return <Navigate to="/w/$workspace" params={{ workspace: first.id }} replace />
}
