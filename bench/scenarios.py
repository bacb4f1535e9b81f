"""The events of RIPOSTE_DATA/eventbridge/perf_scenarios.json, which names generators and sizes: one
function a generator, from a size to an event. Their makers are ours, after what names and notes say
and what the patterns ask for."""


def prim_array_plus_scalar(n):
    return {"d": {"tags": [f"t{i}" for i in range(n)], "type": "x"}}


def prim_array_only(n):
    return {"d": {"tags": [f"t{i}" for i in range(n)]}}


def obj_array_both_fields(n):
    return {"d": [{"a": f"a{i}", "b": f"b{i}"} for i in range(n)]}


def obj_array_last_valid(n):
    return {"d": [{"a": f"a{i}"} for i in range(n - 1)] + [{"a": "last", "b": "last"}]}


def obj_array_all_partial(n):
    return {"d": [{"a": f"a{i}"} if i % 2 else {"b": f"b{i}"} for i in range(n)]}


def customer_like(n):
    data = {"name": [f"name-{i}" for i in range(n)], "domains": {"email": "mail.example"}, "type": "customer"}
    return {"detail": {"data": data, "context": {"companyId": "c1", "userId": "u1", "email": "someone@mail.example"}}}


def prim_inside_obj_array(n):
    elements = [{"name": [f"n{k}-{i}" for i in range(n)], "type": f"type{k}"} for k in range(3)]
    return {"detail": {"data": elements}}


def no_obj_array_large_prim(n):
    return {"detail": {"data": {"name": [f"n{i}" for i in range(n)], "type": "x"}}}


def nested_2_level(n):
    return {"a": [{"b": [{"x": f"x{i}", "y": f"y{k}"} for k in range(10)]} for i in range(n)]}


def deep_nested_prim(n):
    return {"a": [{"b": {"tags": [f"t{k}-{i}" for i in range(n)], "type": f"type{k}"}} for k in range(3)]}


def wide_rule_prim_array(n):
    return {"d": {"a": [f"a{i}" for i in range(n)], "b": "b", "c": "c"}}


def two_prim_arrays(n):
    return {"tags": [f"t{i}" for i in range(n)], "cats": [f"c{i}" for i in range(n)], "v": "1"}


def control_scalar(_):
    return {"a": "1", "b": "2"}


GENERATORS = {
    "primArrayPlusScalar": prim_array_plus_scalar,
    "primArrayOnly": prim_array_only,
    "objArrayBothFields": obj_array_both_fields,
    "objArrayLastValid": obj_array_last_valid,
    "objArrayAllPartial": obj_array_all_partial,
    "customerLike": customer_like,
    "primInsideObjArray": prim_inside_obj_array,
    "noObjArrayLargePrim": no_obj_array_large_prim,
    "nested2Level": nested_2_level,
    "deepNestedPrim": deep_nested_prim,
    "wideRulePrimArray": wide_rule_prim_array,
    "twoPrimArrays": two_prim_arrays,
    "controlScalar": control_scalar,
}
