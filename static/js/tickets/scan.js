// The scanning page.

export default function attach() {}
