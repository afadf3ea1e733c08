/** What an area of the desk says of itself; the areas are listed in `areas/index.ts`. */
import type { Component } from 'vue'
import type { RouteRecordRaw } from 'vue-router'

export type May = (...wanted: string[]) => boolean

export interface Area {
  name: string
  icon: Component
  /** Whether somebody sees it, by what the services say that they may do. */
  shown: (may: May) => boolean
  /** Its place among start pages: the highest one opens at sign-in. */
  start: (may: May) => number
  /** Pages; the first one is the area's own. */
  routes: RouteRecordRaw[]
  /** What opens beside any page, by name: `panel.open('visit', id)`. */
  panels?: Record<string, () => Promise<{ default: Component }>>
}
