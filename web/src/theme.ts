import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

const indigo: MantineColorsTuple = [
  '#eef0fb',
  '#dadef5',
  '#b3bbea',
  '#8a96df',
  '#6878d6',
  '#5365d0',
  '#4759c9',
  '#3d4fb8',
  '#3343a2',
  '#28368a',
]

/** The look of the app is calm: one accent, small type, narrow radii. People who asked for no movement see none. */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 5 },
  colors: { indigo },
  autoContrast: true,
  luminanceThreshold: 0.35,
  defaultRadius: 'md',
  respectReducedMotion: true,
  cursorType: 'pointer',
  fontFamily: 'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Open Sans", sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", Menlo, Consolas, monospace',
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '1.375rem', lineHeight: '1.3' } } },
  components: {
    // The title in the colour of the frame would be too faint to read.
    Alert: { styles: { title: { color: 'var(--mantine-color-text)' } } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Dismiss' } } },
    Modal: {
      defaultProps: { centered: true, padding: 'lg', closeButtonProps: { 'aria-label': 'Close' } },
      classNames: { title: 'dialog-title' },
    },
    Drawer: {
      defaultProps: { closeButtonProps: { 'aria-label': 'Close' } },
      classNames: { title: 'dialog-title' },
    },
    // A page has one banner, and the head of a dialog is none.
    ModalHeader: { defaultProps: { role: 'none' } },
    DrawerHeader: { defaultProps: { role: 'none' } },
    // The first item takes the focus when a menu opens. An element for it alone has no place among items.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    PasswordInput: {
      defaultProps: { visibilityToggleButtonProps: { 'aria-label': 'Show the password', tabIndex: 0 } },
    },
    Tooltip: { defaultProps: { openDelay: 300, events: { hover: true, focus: true, touch: false } } },
  },
})

/** Dimmed text has a contrast of at least 4.5 : 1 on every background that it is used on (WCAG 2.2, 1.4.3). */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-text': '#1b1d22',
    '--mantine-color-dimmed': '#5c6270',
    '--mantine-color-placeholder': '#6b7080',
    '--mantine-color-error': '#b3261e',
  },
  dark: {
    '--mantine-color-body': '#131417',
    '--mantine-color-text': '#e9eaee',
    '--mantine-color-dimmed': '#a2a7b4',
    '--mantine-color-placeholder': '#8d93a3',
    '--mantine-color-error': '#ff9c93',
  },
})
