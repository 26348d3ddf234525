import { Anchor, Button, type ButtonProps, NavLink } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { ComponentProps } from 'react'

/** Links inside the app: `to`, `params` and `search` are checked against the pages that exist. */
export const Link = createLink(Anchor<'a'>)
export const ButtonLink = createLink(ButtonAnchor)
export const MenuLink = createLink(NavLink<'a'>)

/** Looks like a button and is a link: it can be opened in a new tab, and a screen reader says where it leads. */
function ButtonAnchor(props: ButtonProps & Omit<ComponentProps<'a'>, keyof ButtonProps>) {
  return <Button component="a" {...props} />
}
