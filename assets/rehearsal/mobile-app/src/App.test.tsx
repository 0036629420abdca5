import { greeting } from "./App";

test("greeting speaks Hebrew", () => {
  expect(greeting("נועה", "he")).toBe("שלום נועה");
});
