"""What the notes print wrong, in their order."""

from __future__ import annotations

from typing import Final

from neurona.errata.erratum import Erratum
from neurona.messages import defer

__all__ = ["ENTRIES"]

ENTRIES: Final = (
    Erratum(
        "nine-parameters",
        "S0:131",
        "xor parameters",
        defer("The parameters of the network for XOR"),
        defer("a vector of ten parameters, in which {w} stands twice"),
        defer("nine parameters"),
        defer(
            "A layer of O units on I inputs has {count} parameters, and 3 · 2 + 3 · 1 "
            "is 9."
        ),
    ),
    Erratum(
        "xor-epochs",
        "S0:138",
        "xor training learning_rate",
        defer("How long XOR takes"),
        defer("a training of 100 epochs for XOR"),
        defer("about 5000 epochs, with a learning rate of 0.1"),
        defer(
            "With the learning rates 0.1 and 0.01 of the notes, 100 epochs solve XOR "
            "from none of ten initial weights, drawn uniform or normal: near its start "
            "the loss is almost flat."
        ),
    ),
    Erratum(
        "sigma-twice",
        "S1:156",
        "xor activation",
        defer("One activation too many"),
        defer("an output of {output}, though {z} is already a value of σ"),
        "{right}",
        defer(
            "For the sign function a second application changes nothing. A step or a "
            "sigmoid applied twice no longer computes XOR."
        ),
    ),
    Erratum(
        "three-points",
        "S1:284",
        "perceptron separability bias",
        defer("Three points and no bias"),
        defer("that three points can be separated by a line through the origin"),
        defer("they can be separated only with a bias"),
        defer(
            "The points (0, 1) and (0, −1) are of one class, so that without a bias "
            "{w} and {negative} would both have to be positive. The rule then "
            "alternates between two weight vectors for ever; with a bias it stops "
            "after 3 updates."
        ),
    ),
    Erratum(
        "and-threshold",
        "S2:90",
        "mcculloch_pitts logic",
        defer("The threshold of AND"),
        defer("{threshold} for AND"),
        "{right}",
        defer(
            "The sum of two inputs reaches 2 only where both are 1. With a threshold "
            "of 0 the neuron fires on all four rows, since a sum of 0 reaches it."
        ),
    ),
    Erratum(
        "threshold-values",
        "S2:142",
        "mcculloch_pitts perceptron heaviside",
        defer("When a threshold unit fires"),
        defer("0 where {fires}, and 1 elsewhere"),
        defer("1 where {fires}, and 0 elsewhere"),
        defer(
            "A neuron fires when its sum reaches the threshold, as line 72 of the same "
            "notes has it."
        ),
    ),
    Erratum(
        "bias-sign",
        "S2:164",
        "perceptron bias",
        defer("From the threshold to the bias"),
        "{wrong}",
        "{right}",
        defer(
            "The neuron fires where {reached}. What moves to the other side changes "
            "its sign, so that the bias is {bias}."
        ),
    ),
    Erratum(
        "perceptron-update",
        "S2:253-260",
        "perceptron learning_rate",
        defer("One update of the perceptron"),
        defer("{rate} and 0.8 in one step, which changes the first weight alone"),
        defer("with {rate} the weights become −0.5 and 2.5, and the bias 0"),
        defer(
            "The rule adds {change} to every weight, and {bias} to the bias, whose "
            "input is 1. After this update both e-mails are classified right."
        ),
    ),
    Erratum(
        "output-gradient",
        "S2:676",
        "backpropagation derivative",
        defer("What the output's weight is multiplied by"),
        "{wrong}",
        "{right}",
        defer(
            "The weight multiplies {before}, what the layer before puts out; by that "
            "the error is multiplied."
        ),
    ),
    Erratum(
        "softmax-sum",
        "S2:825",
        "softmax output cross_entropy",
        defer("A softmax that does not add up to 1"),
        "{wrong}",
        defer("three numbers that add up to 1, such as 0.8, 0.1 and 0.1"),
        defer(
            "The printed numbers add up to 1.07. Softmax divides by the sum, so that "
            "its outputs always add up to 1."
        ),
    ),
    Erratum(
        "relu-range",
        "S2:876",
        "relu regression output",
        defer("The range of ReLU"),
        defer("ReLU as the output for values in a bounded range"),
        defer("ReLU is bounded below, by 0, and not above"),
        defer(
            "For values of at least 0 a ReLU output fits. For values between two "
            "bounds take a sigmoid or tanh and scale it to the range."
        ),
    ),
    Erratum(
        "tanh-slope",
        "S2:964",
        "tanh activation derivative",
        defer("The derivative of tanh"),
        "{wrong}",
        "{right}",
        defer(
            "By the rule of the quotient the denominator is the square of {bottom}, "
            "and dividing by it leaves {slope}. At 1 the slope is 0.41997; the printed "
            "formula gives 0.26580."
        ),
    ),
    Erratum(
        "heaviside-slope",
        "S2:980 S2:1003",
        "heaviside relu activation derivative",
        defer("Why a step cannot learn"),
        defer(
            "a slope of 0 above 0 and of 1 below, and that a function without a "
            "derivative cannot be trained"
        ),
        defer("the slope is 0 on both sides of 0"),
        defer(
            "Every gradient through a step is multiplied by 0: that is why it cannot "
            "learn, not its corner. ReLU has no derivative at 0 either and learns "
            "well, since its slope is 1 wherever it is active."
        ),
    ),
    Erratum(
        "moving-average",
        "S2:1193",
        "moving_average momentum",
        defer("The first value of a moving average"),
        "{wrong}",
        "{right}",
        defer(
            "The first temperature is 30, and a tenth of it is 3. Divided by 1 − 0.9 "
            "the average is 30 again: that is the bias correction."
        ),
    ),
    Erratum(
        "bias-correction",
        "S2:1225",
        "moving_average momentum adam",
        defer("What the bias correction divides"),
        "{wrong}",
        defer("{average}, and then, apart from it, {corrected}"),
        defer(
            "The average itself goes on uncorrected. The corrected value is read and "
            "never fed back into the next average."
        ),
    ),
    Erratum(
        "split-shares",
        "S2:1586",
        "split data",
        defer("Shares of a split"),
        defer("a split into 78 %, 11 % and 1 %"),
        defer("shares that add up to 100 %, such as 98 %, 1 % and 1 %"),
        defer(
            "The printed shares add up to 90 %: a tenth of the rows would be in no "
            "part."
        ),
    ),
    Erratum(
        "low-errors",
        "S2:1623",
        "fitting split",
        defer("When both errors are low"),
        defer("that low training and validation errors mean underfitting"),
        defer("they mean a good fit"),
        defer(
            "Underfitting shows as a high training error. If the test error is high "
            "though both are low, the model fits the validation set, which was used to "
            "choose it."
        ),
    ),
    Erratum(
        "normalization",
        "S2:1804",
        "normalization data",
        defer("What a column is divided by"),
        "{by_variance}",
        "{by_sigma}",
        defer(
            "Divided by {sigma} a column has a standard deviation of 1. Divided by "
            "{variance} it has one of {wrong}, so that columns in other units still "
            "differ."
        ),
    ),
    Erratum(
        "features-suffice",
        "S3:19",
        "features logistic_regression",
        defer("Are quadratic features enough?"),
        defer("that a linear model of quadratic features always works"),
        defer("it works where the boundary is a conic section"),
        defer(
            "Circles and XOR are separated so, a spiral is not: there its accuracy "
            "stays at 57 %. A hidden layer learns the features that the problem needs."
        ),
    ),
    Erratum(
        "gradient-sign",
        "S4:140",
        "linear_regression derivative",
        defer("The sign of a gradient"),
        "{wrong}",
        "{right}",
        defer(
            "The inner derivative of {residual} is {inner}. The minimum is the same, "
            "but a descent with the printed sign climbs."
        ),
    ),
    Erratum(
        "log-likelihood",
        "S4:318",
        "likelihood loss",
        defer("The Gaussian log-likelihood"),
        "{wrong}",
        "{right}",
        defer(
            "The density is divided by the root of |Σ|, so that its logarithm falls as "
            "Σ grows, and its exponent has a factor of one half. With the printed sign "
            "the likelihood would grow without bound."
        ),
    ),
    Erratum(
        "weight-decay",
        "S4:652 S4:654",
        "adam weight_decay regularization",
        defer("Weight decay and Adam"),
        defer("Adam(weight_decay=…) for {rule}"),
        defer("AdamW, which takes the decay apart from the gradient"),
        defer(
            "Adam(weight_decay=…) adds {decay} to the gradient, which Adam then "
            "divides by its own size, so that large and small weights decay alike. "
            "AdamW subtracts {step} from the weight itself."
        ),
    ),
    Erratum(
        "weights-close-to-one",
        "S4:753",
        "initialization",
        defer("What should be close to 1 at the start"),
        defer("that weights should start close to 1"),
        defer("activations should start with a standard deviation close to 1"),
        defer(
            "The variance of {z} is n times that of the weights: for He's rule the "
            "weights have a standard deviation of {he}, which is 0.088 with 256 "
            "inputs. Weights of 1 would make every layer 16 times larger than the one "
            "before."
        ),
    ),
)
"""Every error; what is no formula is translated where it is read."""
