/** Policies: what holds and why, versions and what differs between them, the next one and what it would have changed. */
import { SetUp } from '@element-plus/icons-vue'

import type { Area } from '@/app/area'

const policies: Area = {
  name: 'policies',
  icon: SetUp,
  shown: (may) => may('policy.read', 'numbers.read'),
  start: () => 0,
  routes: [
    { path: '/policies', name: 'in_force', component: () => import('./InForcePage.vue') },
    { path: '/policies/change', name: 'change', component: () => import('./ChangePage.vue') },
    { path: '/policies/versions', name: 'versions', component: () => import('./VersionsPage.vue') },
  ],
}

export default policies
