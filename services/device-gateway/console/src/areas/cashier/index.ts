/** The till: slips that wait, payments, paid items and their use, what is sold and for how much. */
import { Money } from '@element-plus/icons-vue'

import type { Area } from '@/app/area'

const cashier: Area = {
  name: 'cashier',
  icon: Money,
  shown: (may) => may('payment.take') || may('charge.open'),
  start: (may) => (may('payment.take') ? 40 : 0),
  routes: [
    { path: '/cashier', name: 'cashier', component: () => import('./SlipsPage.vue') },
    { path: '/cashier/catalogue', name: 'catalogue', component: () => import('./CataloguePage.vue') },
    { path: '/cashier/day', name: 'cashier-day', component: () => import('./DayPage.vue') },
  ],
  panels: {
    charge: () => import('./ChargePanel.vue'),
    'new-charge': () => import('./NewChargePanel.vue'),
    items: () => import('./ItemsPanel.vue'),
    product: () => import('./ProductPanel.vue'),
    project: () => import('./ProjectPanel.vue'),
  },
}

export default cashier
