"""The rubrics ask what the question sheet asks: every part, its marks and the names that a student defines."""

from fractions import Fraction
from pathlib import Path

import pytest

from grader.rubric import Course

COURSE = Course(Path(__file__).parents[2])

# part | marks | entries, in the sheet's order; written from the sheet, not from the rubrics
SHEET = {
    "warm_up": """
        1 | 2 | sigmoid
        2 | 3 | softmax
    """,
    "baby_cnn": """
        a.theta | 3 | dh_dtheta
        a.w | 3 | dh_dw
        b | 3 | nll
        c.sample | 1 | sample_batch
        c.gradient | 3 | sample_gradient
        c.batch | 2 | batch_gradient
        c.step | 2 | sgd_step
    """,
    "feedforward_conv": """
        1.1 | 2 | output_activation
        1.2 | 1 | output_meaning
        1.3 | 3 | cross_entropy
        1.4 | 3 | dce_da
        1.5 | 2 | mse
        1.6 | 2 | dmse_da
        1.7a | 1 | better_loss
        1.7b | 2 | better_loss_reason
        2.1 | 4 | softmax_shift_steps
        2.2 | 4 | sigmoid_logit
        2.3 | 5 | reduced_logits
        2.4 | 6 | softmax_jacobian
        3 | 6 | tanh_parameters
        4.1a | 2 | conv_output_size
        4.1b | 3 | last_layer_outputs
        4.2 | 5 | last_layer_weights
        4.3 | 6 | convolve
        5.1 | 2 | valid_size
        5.2 | 5 | valid_jacobian
        5.3 | 6 | valid_backward
        5.4 | 2 | full_size
        5.5 | 5 | full_jacobian
        5.6 | 6 | full_backward
    """,
    "mlp_gradients": """
        1a | 1 | relu_grad
        1b | 2 | sigmoid_grad
        1c | 2 | sigmoid_from_tanh
        1d | 1 | log_sigmoid_from_softplus
        1e | 2 | softplus_difference_steps
        1f | 1 | sign_from_indicators
        1g | 1 | grad_squared_norm
        1h | 1 | grad_l1_norm
        1i | 2 | softmax_is_scale_invariant softmax_scaled
        1j | 2 | softmax_shift_steps
        1k | 2 | dsoftmax_dxj
        1l | 2 | softmax_jacobian
        1m | 3 | sigmoid_vjp softmax_vjp
        2a | 2 | hidden
        2b | 1 | output_preactivation
        2c | 2 | softmax
        2d | 1 | loss
        2e | 2 | parameter_count
        2f | 2 | gradient_descent_step
        2g | 3 | grad_output
        2h | 2 | grad_W2_kj
        2i | 2 | grad_W2 grad_b2
        2j | 1 | grad_hidden_j
        2k | 1 | grad_hidden
        2l | 2 | grad_preactivation
        2m | 1 | relu_jacobian
        2n | 2 | grad_W1_ji
        2o | 2 | grad_W1 grad_b1
        2p | 2 | grad_input
        3a | 3 | layer_shapes
        3b | 3 | parameter_counts
        3c | 2 | kernel_and_stride
        3d | 2 | kernel_and_stride_dilated
        3e | 2 | kernel_and_stride_padded
    """,
    "tiny_cnn_training": """
        1.loss | 2 | loss
        1.w | 3 | df_dw
        1.s | 3 | df_ds
        1.uv | 4 | df_du df_dv
        1.reg | 4 | regularised_loss regularised_gradients
        1.step | 2 | gradient_step
        1.runtime | 4 | runtime_iteration runtime_hidden runtime_final
        2.loss | 2 | avgpool_loss
        2.dc | 6 | avgpool_dc
        3.loss | 2 | flat_loss
        3.dc | 5 | flat_dc
        3.dw | 3 | flat_dw
        4.loss | 2 | two_filter_loss
        4.dc | 6 | two_filter_dc
        5.loss | 2 | two_filter_linear_loss
        5.dc | 5 | two_filter_linear_dc
        5.dw | 2 | two_filter_linear_dw
        6.loss | 3 | two_filter_flat_loss
    """,
    "logistic_backprop": """
        1a | 5 | dL_dw
        1b | 4 | sgd_update
        2a | 7 | forward_table
        2b.forward | 2 | forward_values
        2b.partials | 6 | backprop_partials
        2b.general | 6 | network_partials
    """,
}
TOTALS = {
    "warm_up": 5,
    "baby_cnn": 17,
    "feedforward_conv": 83,
    "mlp_gradients": 62,
    "tiny_cnn_training": 60,
    "logistic_backprop": 30,
}
# What the sheet pays for each entry where a part has several.
SHARES = {
    ("mlp_gradients", "1i"): (1, 1),
    ("mlp_gradients", "1m"): (1, 2),
    ("mlp_gradients", "2i"): (1, 1),
    ("mlp_gradients", "2o"): (1, 1),
    ("tiny_cnn_training", "1.uv"): (2, 2),
    ("tiny_cnn_training", "1.reg"): (1, 3),
    ("tiny_cnn_training", "1.runtime"): (1, 2, 1),
}


def rows(name):
    """The sheet's rows of an assignment: part, marks, entries."""
    cells = (line.split("|") for line in SHEET[name].strip().splitlines())
    return [(part.strip(), Fraction(marks.strip()), tuple(entries.split())) for part, marks, entries in cells]


def test_every_assignment_has_a_rubric():
    """The course has the sheet's assignments and no other."""
    assert set(COURSE.names) == set(SHEET)


@pytest.mark.parametrize("name", SHEET)
def test_parts_and_marks_are_the_sheets(name):
    """Every part of the sheet is there, in its order, with its marks; they add up to the total."""
    assignment = COURSE.assignment(name)
    assert [(part.id, part.marks) for part in assignment.parts] == [row[:2] for row in rows(name)]
    assert assignment.marks == TOTALS[name]


@pytest.mark.parametrize("name", SHEET)
def test_entries_are_the_sheets(name):
    """Every part asks for the names of the sheet, with their shares, and tells the student each of them."""
    assignment = COURSE.assignment(name)
    for (part_id, _, entries), part in zip(rows(name), assignment.parts, strict=True):
        assert tuple(dict.fromkeys(check.entry for check in part.checks)) == entries, part_id
        shares = SHARES.get((name, part_id))
        assert shares is None or tuple(check.marks for check in part.checks) == shares, part_id
        assert all(entry in part.ask for entry in entries), part_id


@pytest.mark.parametrize("name", SHEET)
def test_every_mistake_pays_less_than_right(name):
    """No named mistake earns as much as its check is worth, and each says something to the student."""
    for part in COURSE.assignment(name).parts:
        for check in part.checks:
            for mistake in check.mistakes:
                assert mistake.marks < check.marks, (part.id, mistake.id)
                assert len(mistake.say) > 20, (part.id, mistake.id)
